// kafkajs and a Confluent registry client, and no code of ours: node kafka.mjs BROKERS REGISTRY_URL MODEL
// Sends a request as an event, follows its tokens by the reader's rule (docs/guarantees.md), then reads its result.
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {SchemaRegistry} from '@kafkajs/confluent-schema-registry';
import kafkajs from 'kafkajs';

const [brokers, registryUrl, model] = process.argv.slice(2);
const id = 'kafkajs-' + randomUUID();
const key = 'default/' + id;

const kafka = new kafkajs.Kafka({clientId: id, brokers: brokers.split(','), logLevel: kafkajs.logLevel.ERROR});
const registry = new SchemaRegistry({host: registryUrl});

/** What a reader knows of one stream; the numbers are those of the rule. */
class TokenStream {
  tokens = [];
  text = '';
  incarnation = 0;
  finishReason = null;

  take(chunk) {
    if (chunk.incarnation < this.incarnation || this.finishReason !== null) return; // 2
    this.incarnation = chunk.incarnation;
    if (chunk.kind === 'RESET') { // 5
      this.tokens = [];
      this.text = '';
    }
    if (chunk.kind !== 'TOKENS') return;
    assert(chunk.first_index <= this.tokens.length, 'no token is missing'); // 4
    this.tokens.push(...chunk.token_ids.slice(this.tokens.length - chunk.first_index)); // 3
    const known = [...this.text].length - chunk.text_offset;
    this.text += [...chunk.text].slice(known).join('');
    this.finishReason = chunk.finish_reason; // 6
  }
}

const stream = new TokenStream();
const consumer = kafka.consumer({groupId: id});
await consumer.connect();
await consumer.subscribe({topics: ['weir.tokens', 'weir.results'], fromBeginning: true});

// kafkajs reads committed records only, as is right for results and makes no difference to tokens.
const result = new Promise((resolve, reject) => {
  const take = record => {
    if (record.topic === 'weir.tokens') stream.take(record.value);
    else resolve(record.value);
  };
  consumer.run({
    eachMessage: async ({topic, message}) => {
      if (message.key?.toString() !== key) return;
      try {
        take({topic, value: await registry.decode(message.value)});
      } catch (failure) {
        reject(failure);
      }
    },
  });
});

const producer = kafka.producer();
await producer.connect();
const schema = await registry.getLatestSchemaId('weir.requests-value');
await producer.send({
  topic: 'weir.requests',
  messages: [{
    key,
    value: await registry.encode(schema, {
      request_id: id,
      model,
      messages: [{role: 'user', content: 'where is my order 732201349959?'}],
      sampling: {temperature: 0},
    }),
  }],
});

const record = await result;
assert.equal(record.status, 'COMPLETED');
// The result leaves with a checkpoint, so the tokens are on their topic; this reader may not be that far yet.
while (stream.finishReason === null) await new Promise(resolve => setTimeout(resolve, 20));
assert.equal(stream.finishReason, record.finish_reason);
assert.equal(stream.text, record.text);
assert.deepEqual(stream.tokens, record.token_ids);
assert.equal(stream.tokens.length, record.usage.completion_tokens);
console.log('answered: ' + stream.text);
await Promise.all([producer.disconnect(), consumer.disconnect()]);
