/** Training and evaluation of the models shipped with the project. */
package io.streamweir.models;
