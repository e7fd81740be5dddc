/**
 * What lives as long as one rendering: scopes, the budget, and the functions a template can call.
 */
package io.streamweir.text.template.run;
