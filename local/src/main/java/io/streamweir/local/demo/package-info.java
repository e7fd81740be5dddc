/**
 * The demo: customers' utterances scored as a batch while a simulated shop sends online requests,
 * and a check that every request was answered and billed once.
 */
package io.streamweir.local.demo;
