// OpenAI's, Anthropic's and LangChain's clients against a gateway: node http.mjs URL MODEL
import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import {ChatOpenAI} from '@langchain/openai';
import OpenAI, {toFile} from 'openai';

const [url, model] = process.argv.slice(2);
const question = 'where is my order 732201349959?';
const messages = [{role: 'user', content: question}];

// A tool that the model was not trained for: what it writes is held to the schema.
const parameters = {
  type: 'object',
  properties: {order: {type: 'string', pattern: '^[0-9]{4,12}$'}, reason: {enum: ['late', 'broken']}},
  required: ['order', 'reason'],
  additionalProperties: false,
};

function checkCall(name, call) {
  assert.equal(name, 'cancel');
  assert.deepEqual(Object.keys(call).sort(), ['order', 'reason']);
  assert.match(call.order, /^[0-9]{4,12}$/);
}

async function openai() {
  const client = new OpenAI({apiKey: 'unused', baseURL: url + '/v1', maxRetries: 0});
  const models = await client.models.list();
  assert(models.data.some(one => one.id === model), 'the model is listed');

  const whole = await client.chat.completions.create({model, messages, temperature: 0});
  const text = whole.choices[0].message.content;
  assert(text.length > 0 && whole.choices[0].finish_reason === 'stop');

  let streamed = '';
  let usage = null;
  const stream = await client.chat.completions.create(
      {model, messages, temperature: 0, stream: true, stream_options: {include_usage: true}});
  for await (const chunk of stream) {
    streamed += chunk.choices[0]?.delta?.content ?? '';
    usage = chunk.usage ?? usage;
  }
  assert.equal(streamed, text);
  assert.deepEqual(usage.completion_tokens, whole.usage.completion_tokens);

  const response = await client.responses.create({model, input: question, temperature: 0});
  assert.equal(response.output_text, text);
  const types = [];
  for await (const event of await client.responses.create({model, input: question, temperature: 0, stream: true})) {
    types.push(event.type);
  }
  assert.equal(types[0], 'response.created');
  assert.equal(types.at(-1), 'response.completed');

  await assert.rejects(client.chat.completions.create({model: 'none', messages}), OpenAI.NotFoundError);
  await assert.rejects(client.chat.completions.create({model, messages, temperature: 9}), OpenAI.BadRequestError);
  await assert.rejects(client.embeddings.create({model, input: 'x'}), OpenAI.NotFoundError);

  // A stream that its reader leaves: the connection is closed and nothing is thrown.
  const left = await client.chat.completions.create(
      {model, messages, stream: true, max_tokens: 100, ignore_eos: true});
  for await (const chunk of left) {
    if (chunk.choices[0]?.delta?.content) {
      left.controller.abort();
      break;
    }
  }
  return text;
}

async function openaiTools() {
  const client = new OpenAI({apiKey: 'unused', baseURL: url + '/v1', maxRetries: 0});
  const prompt = {
    model, messages, temperature: 0, tool_choice: 'required', parallel_tool_calls: false,
    tools: [{type: 'function', function: {name: 'cancel', parameters}}],
  };
  const whole = await client.chat.completions.create(prompt);
  assert.equal(whole.choices[0].finish_reason, 'tool_calls');
  const {name, arguments: written} = whole.choices[0].message.tool_calls[0].function;
  checkCall(name, JSON.parse(written));

  const response = await client.responses.create({
    model, input: question, temperature: 0, tool_choice: 'required', parallel_tool_calls: false,
    tools: [{type: 'function', name: 'cancel', parameters, strict: false}],
  });
  const [call] = response.output;
  assert.equal(call.type, 'function_call');
  checkCall(call.name, JSON.parse(call.arguments));

  const streamed = await client.chat.completions.stream(prompt).finalChatCompletion();
  assert.equal(streamed.choices[0].message.tool_calls[0].function.arguments, written);
}

async function openaiBatch(expected) {
  const client = new OpenAI({apiKey: 'unused', baseURL: url + '/v1', maxRetries: 0});
  const line = (custom_id, body) => JSON.stringify({custom_id, method: 'POST', url: '/v1/chat/completions', body});
  const lines = [line('good', {model, messages, temperature: 0}), line('bad', {model, messages, temperature: 9})];
  const file = await client.files.create(
      {file: await toFile(Buffer.from(lines.join('\n')), 'lines.jsonl'), purpose: 'batch'});
  let batch = await client.batches.create(
      {input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h'});
  while (!['completed', 'failed', 'expired', 'cancelled'].includes(batch.status)) {
    await new Promise(resolve => setTimeout(resolve, 100));
    batch = await client.batches.retrieve(batch.id);
  }
  assert.equal(batch.status, 'completed');
  assert.deepEqual(batch.request_counts, {total: 2, completed: 1, failed: 1});
  const output = JSON.parse(await (await client.files.content(batch.output_file_id)).text());
  assert.equal(output.custom_id, 'good');
  assert.equal(output.response.body.choices[0].message.content, expected);
  const error = JSON.parse(await (await client.files.content(batch.error_file_id)).text());
  assert.equal(error.custom_id, 'bad');
}

async function anthropic(expected) {
  const client = new Anthropic({apiKey: 'unused', baseURL: url, maxRetries: 0});
  const prompt = {model, messages, temperature: 0, max_tokens: 60};
  const whole = await client.messages.create(prompt);
  assert.equal(whole.content[0].text, expected);
  assert.equal(whole.stop_reason, 'end_turn');

  const final = await client.messages.stream(prompt).finalMessage();
  assert.equal(final.content[0].text, expected);
  assert.equal(final.usage.output_tokens, whole.usage.output_tokens);

  const counted = await client.messages.countTokens({model, messages});
  assert.equal(counted.input_tokens, whole.usage.input_tokens + whole.usage.cache_read_input_tokens);
  await assert.rejects(client.messages.create({...prompt, model: 'none'}), Anthropic.NotFoundError);

  const called = await client.messages.create(
      {...prompt, max_tokens: 300, tools: [{name: 'cancel', input_schema: parameters}], tool_choice: {type: 'any'}});
  assert.equal(called.stop_reason, 'tool_use');
  const use = called.content.find(block => block.type === 'tool_use');
  checkCall(use.name, use.input);

  // A stream that its reader leaves.
  const left = client.messages.stream({...prompt, ignore_eos: true, max_tokens: 200});
  left.once('text', () => left.abort());
  await assert.rejects(left.done(), Anthropic.APIUserAbortError);
}

async function langchain(expected) {
  const chat = new ChatOpenAI(
      {model, temperature: 0, apiKey: 'unused', maxRetries: 0, configuration: {baseURL: url + '/v1'}});
  const answer = await chat.invoke(question);
  assert.equal(answer.content, expected);
  let streamed = '';
  for await (const chunk of await chat.stream(question)) {
    streamed += chunk.content;
  }
  assert.equal(streamed, expected);
}

const text = await openai();
await openaiTools();
await openaiBatch(text);
await anthropic(text);
await langchain(text);
console.log('answered: ' + text);
