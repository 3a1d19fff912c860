import {
  App,
  Fn,
  LocalBackend,
  TerraformLocal,
  TerraformOutput,
  TerraformStack,
  TerraformVariable,
  Token,
} from 'cdktf';
import { type TfValue, tfJson } from '../../../constructs/core/tf-json';

/** What Terraform would be given for `tfJson(value)`. */
function rendered(value: (token: { text: string; list: string[]; number: number }) => TfValue): string {
  const stack = new TerraformStack(new App(), 'test');
  new LocalBackend(stack);
  const text = new TerraformVariable(stack, 'text', { type: 'string' });
  const list = new TerraformVariable(stack, 'list', { type: 'list(string)' });
  const number = new TerraformVariable(stack, 'number', { type: 'number' });
  new TerraformLocal(stack, 'unused', Fn.upper(text.stringValue));
  new TerraformOutput(stack, 'json', {
    value: tfJson(
      value({ text: text.stringValue, list: list.listValue, number: Token.asNumber(number.value) }),
    ),
  });
  stack.prepareStack();
  return (stack.toTerraform() as { output: { json: { value: string } } }).output.json.value;
}

test('literals are JSON, and templates in them stay text', () => {
  expect(rendered(() => ({ a: [1, true, null, 'x "quoted" \n'], b: undefined }))).toBe(
    String.raw`{"a":[1,true,null,"x \"quoted\" \n"]}`,
  );
  expect(rendered(() => ({ 'aws:${key}': '${aws:username} %{ if } $${done} 100%' }))).toBe(
    '{"aws:$${key}":"$${aws:username} %%{ if } $$${done} 100%"}',
  );
});

test('a token is encoded when it is known, whatever its type', () => {
  expect(rendered(({ text }) => ({ v: text }))).toBe('{"v":${jsonencode(var.text)}}');
  expect(rendered(({ list }) => ({ v: list }))).toBe('{"v":${jsonencode(var.list)}}');
  expect(rendered(({ number }) => ({ v: number }))).toBe('{"v":${jsonencode(var.number)}}');
});

test('text around a token stays literal', () => {
  expect(rendered(({ text }) => [`arn:${text}/*`, `\${aws:x} "${text}"`])).toBe(
    String.raw`[${'$'}{jsonencode("arn:${'$'}{var.text}/*")},${'$'}{jsonencode("$${'$'}{aws:x} \"${'$'}{var.text}\"")}]`,
  );
});

test('a token as a key is refused', () => {
  expect(() => rendered(({ text }) => ({ [text]: 1 }))).toThrow("a token can't be a key");
});
