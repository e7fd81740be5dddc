// kafkajs and a Confluent registry client, and no code of ours: node kafka.mjs BROKERS REGISTRY_URL MODEL
// Sends a request as an event, follows its tokens by the reader's rule (docs/guarantees.md), then reads its result.
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {Kafka, logLevel} from 'kafkajs';
import {SchemaRegistry} from '@kafkajs/confluent-schema-registry';

const [brokers, registryUrl, model] = process.argv.slice(2);
const id = 'kafkajs-' + randomUUID();
const key = 'default/' + id;

const kafka = new Kafka({clientId: id, brokers: brokers.split(','), logLevel: logLevel.ERROR});
const registry = new SchemaRegistry({host: registryUrl});

const consumer = kafka.consumer({groupId: id});
await consumer.connect();
await consumer.subscribe({topics: ['weir.tokens', 'weir.results'], fromBeginning: true});

let text = '';
let next = 0;
let incarnation = 0;
let finishReason = null;
let ended;
const result = new Promise(resolve => ended = resolve);

function take(chunk) {
  if (chunk.incarnation < incarnation || finishReason !== null) return;
  incarnation = chunk.incarnation;
  if (chunk.kind === 'RESET') [text, next] = ['', 0];
  if (chunk.kind !== 'TOKENS' || chunk.first_index < next) return;
  assert.equal(chunk.first_index, next, 'no token is missing');
  next += chunk.token_ids.length;
  text += chunk.text;
  finishReason = chunk.finish_reason;
}

await consumer.run({
  eachMessage: async ({topic, message}) => {
    if (message.key?.toString() !== key) return;
    const record = await registry.decode(message.value);
    if (topic === 'weir.tokens') take(record);
    else ended(record);
  },
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
while (finishReason === null) await new Promise(resolve => setTimeout(resolve, 20));
assert.equal(finishReason, record.finish_reason);
assert.equal(text, record.text);
assert.equal(next, record.usage.completion_tokens);
console.log('answered: ' + text);
await Promise.all([producer.disconnect(), consumer.disconnect()]);
