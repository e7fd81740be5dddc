/** Reads a model directory in the Hugging Face layout: config, safetensors, end tokens. */
package io.streamweir.engine.checkpoint;
