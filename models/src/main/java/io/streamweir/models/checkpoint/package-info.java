/** The model on disk: a Hugging Face directory with Qwen2 configuration and safetensors weights. */
package io.streamweir.models.checkpoint;
