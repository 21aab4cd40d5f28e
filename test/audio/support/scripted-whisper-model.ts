// Writes a small, valid model file of whisper.cpp whose decoder always says one sentence: all weights are zero but the embeddings
// of tokens and of positions, and position n points at the n-th word. It tests build, loading, mel, encoder, decoder and times of
// the real program; it recognizes nothing.

import { writeFileSync } from 'node:fs'
import { seededRandom } from '../../../audio/noise.ts'

const magic = 0x67676d6c
const width = 64
const audioPositions = 1500
const textPositions = 448
const melBands = 80
const melBins = 201
/** Of the English models: 256 byte tokens and merges, then the special ones. */
const vocabularySize = 51_864
const endOfText = 50_256
const firstTimestamp = 50_363
/** Timestamps count in steps of 20 ms. */
const timestampStepMs = 20

/** @param endMs where the sentence ends */
export function writeScriptedModel(file: string, sentence: string, endMs = 2000): void {
  const words = sentence.split(' ').map((word) => ` ${word}`)
  const script = [firstTimestamp, ...words.keys(), firstTimestamp + endMs / timestampStepMs, endOfText]
  writeFileSync(file, Buffer.concat([...header(words), ...tensors(script)]))
}

function header(words: readonly string[]): Buffer[] {
  const settings = [vocabularySize, audioPositions, width, 1, 1, textPositions, width, 1, 1, melBands, 1]
  // The program looks up a single blank.
  const texts = [...words, ' ']
  const vocabulary = texts.flatMap((word) => [int32(Buffer.byteLength(word)), Buffer.from(word)])
  return [
    int32(magic, ...settings),
    int32(melBands, melBins),
    Buffer.alloc(melBands * melBins * 4),
    int32(texts.length),
    ...vocabulary,
  ]
}

function tensors(script: readonly number[]): Buffer[] {
  const tokens = tokenEmbedding()
  const positions = new Float32Array(textPositions * width)
  for (let position = 0; position < textPositions; position++) {
    const token = script[Math.min(position, script.length - 1)]!
    for (let index = 0; index < width; index++) positions[position * width + index] = 50 * tokens[token * width + index]!
  }
  return [
    f32('encoder.positional_embedding', [audioPositions, width]),
    f16('encoder.conv1.weight', [width, melBands, 3]),
    f32('encoder.conv1.bias', [width, 1]),
    f16('encoder.conv2.weight', [width, width, 3]),
    f32('encoder.conv2.bias', [width, 1]),
    ...norm('encoder.ln_post'),
    ...perceptron('encoder.blocks.0'),
    ...attention('encoder.blocks.0', 'attn'),
    f32('decoder.positional_embedding', [textPositions, width], positions),
    f16('decoder.token_embedding.weight', [vocabularySize, width], tokens),
    ...norm('decoder.ln'),
    ...perceptron('decoder.blocks.0'),
    ...attention('decoder.blocks.0', 'attn'),
    ...attention('decoder.blocks.0', 'cross_attn'),
  ]
}

/** A direction for each token, of mean 0 and deviation 1: what the last norm leaves as it is. */
function tokenEmbedding(): Float32Array {
  const random = seededRandom(1)
  const values = new Float32Array(vocabularySize * width)
  for (let token = 0; token < vocabularySize; token++) {
    const row = values.subarray(token * width, (token + 1) * width)
    for (let index = 0; index < width; index++) row[index] = random() + random() + random() - 1.5
    const mean = row.reduce((sum, value) => sum + value, 0) / width
    const deviation = Math.sqrt(row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width)
    for (let index = 0; index < width; index++) row[index] = (row[index]! - mean) / deviation
  }
  return values
}

function norm(name: string): Buffer[] {
  return [f32(`${name}.weight`, [width], new Float32Array(width).fill(1)), f32(`${name}.bias`, [width])]
}

function attention(block: string, kind: 'attn' | 'cross_attn'): Buffer[] {
  const parts = ['query', 'key', 'value', 'out'].flatMap((part) => {
    const weight = f16(`${block}.${kind}.${part}.weight`, [width, width])
    return part === 'key' ? [weight] : [weight, f32(`${block}.${kind}.${part}.bias`, [width])]
  })
  return [...norm(`${block}.${kind}_ln`), ...parts]
}

function perceptron(block: string): Buffer[] {
  return [
    ...norm(`${block}.mlp_ln`),
    f16(`${block}.mlp.0.weight`, [4 * width, width]),
    f32(`${block}.mlp.0.bias`, [4 * width]),
    f16(`${block}.mlp.2.weight`, [width, 4 * width]),
    f32(`${block}.mlp.2.bias`, [width]),
  ]
}

type Shape = readonly number[]

function f32(name: string, shape: Shape, values = new Float32Array(size(shape))): Buffer {
  return tensor(name, shape, 0, Buffer.from(values.buffer, values.byteOffset, values.byteLength))
}

function f16(name: string, shape: Shape, values?: Float32Array): Buffer {
  const halves = new Float16Array(size(shape))
  if (values) halves.set(values)
  return tensor(name, shape, 1, Buffer.from(halves.buffer))
}

function tensor(name: string, shape: Shape, type: 0 | 1, data: Buffer): Buffer {
  return Buffer.concat([int32(shape.length, name.length, type, ...shape.toReversed()), Buffer.from(name), data])
}

function size(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1)
}

function int32(...values: readonly number[]): Buffer {
  return Buffer.from(Int32Array.from(values).buffer)
}
