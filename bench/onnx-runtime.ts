/** The forward pass of a trained network in ONNX Runtime's WebAssembly, from the network's own export. */
import { env, InferenceSession, Tensor } from 'onnxruntime-web';
import type { Images } from '../src/datasets/dataset.js';
import { toOnnx } from '../src/networks/onnx.js';
import type { TrainedNetwork } from '../src/networks/trained-network.js';

/** A model that answers with logits [count][classes]. */
export interface OnnxModel {
  predict(): Promise<Float32Array>;
  close(): Promise<void>;
}

/** The network with its images in the layout that ONNX wants, so that turning them round is not timed. */
export async function onnxModel(network: TrainedNetwork, images: Images, threads: number): Promise<OnnxModel> {
  env.wasm.numThreads = threads;
  env.logLevel = 'error';
  const session = await InferenceSession.create(toOnnx(network));
  const feed = new Tensor('float32', channelsFirst(images), [images.count, ...images.shape]);
  return {
    predict: async () => (await session.run({ images: feed })).logits!.data as Float32Array,
    close: () => session.release(),
  };
}

function channelsFirst({ count, shape: [channels, height, width], values }: Images): Float32Array {
  const pixels = height * width;
  const turned = new Float32Array(values.length);
  for (let image = 0; image < count; image++) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      for (let c = 0; c < channels; c++) {
        turned[(image * channels + c) * pixels + pixel] = values[(image * pixels + pixel) * channels + c]!;
      }
    }
  }
  return turned;
}
