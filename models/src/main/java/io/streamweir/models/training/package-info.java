/** Training and greedy decoding on DJL PyTorch, through TorchScript that is generated here. */
package io.streamweir.models.training;
