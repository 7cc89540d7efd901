/** An engine of which a test changes what some calls do. */
import type { Engine } from '../../engine/engine.js';

/** `engine` with some calls replaced; the others are passed on. */
export function alteredEngine(engine: Engine, changes: Partial<Engine>): Engine {
  return {
    name: engine.name,
    require: (graph) => engine.require(graph),
    learn: (graph, batch, options) => engine.learn(graph, batch, options),
    update: (rule) => engine.update(rule),
    calibrate: (graph, batches) => engine.calibrate(graph, batches),
    predict: (graph, images, statistics) => engine.predict(graph, images, statistics),
    gradients: () => engine.gradients(),
    parameters: (names) => engine.parameters(names),
    setParameters: (tensors) => engine.setParameters(tensors),
    save: () => engine.save(),
    load: (state) => engine.load(state),
    close: () => engine.close(),
    ...changes,
  };
}
