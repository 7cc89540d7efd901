/**
 * Activation functions and their derivatives. Each is a class without fields that kernels take as a type parameter,
 * so that every kernel is compiled once per function and no loop asks which one it is. NaN stays NaN.
 */
import { exponential } from './exponential';

/** `activationCodes` of instructions.ts. */
export enum Code {
  NONE = 0,
  RELU = 1,
  RELU6 = 2,
  SIGMOID = 3,
  SWISH = 4,
  HARD_SIGMOID = 5,
  HARD_SWISH = 6,
}

/** An activation function; call it through `changetype<F>(0)`. */
export abstract class Activation {
  /** f(z) */
  abstract value(z: v128): v128;
  /** dy * f'(z) */
  abstract back(z: v128, dy: v128): v128;
}

/** f(z) = z. */
export class Identity extends Activation {
  value(z: v128): v128 {
    return z;
  }
  back(z: v128, dy: v128): v128 {
    return dy;
  }
}

/** max(z, 0); its slope at 0 is 0. */
export class Relu extends Activation {
  value(z: v128): v128 {
    return f32x4.pmax(z, f32x4.splat(0));
  }
  back(z: v128, dy: v128): v128 {
    return v128.and(dy, f32x4.gt(z, f32x4.splat(0)));
  }
}

/** min(max(z, 0), 6); its slope at 0 and 6 is 0. */
export class Relu6 extends Activation {
  value(z: v128): v128 {
    return f32x4.pmin(f32x4.pmax(z, f32x4.splat(0)), f32x4.splat(6));
  }
  back(z: v128, dy: v128): v128 {
    return v128.and(dy, v128.and(f32x4.gt(z, f32x4.splat(0)), f32x4.lt(z, f32x4.splat(6))));
  }
}

/** 1 / (1 + e^-z). */
export class Sigmoid extends Activation {
  value(z: v128): v128 {
    return sigmoid(z);
  }
  back(z: v128, dy: v128): v128 {
    const s = sigmoid(z);
    return f32x4.mul(dy, f32x4.mul(s, f32x4.sub(f32x4.splat(1), s)));
  }
}

/** z / (1 + e^-z). */
export class Swish extends Activation {
  value(z: v128): v128 {
    return f32x4.mul(z, sigmoid(z));
  }
  back(z: v128, dy: v128): v128 {
    const s = sigmoid(z);
    const slope = f32x4.add(s, f32x4.mul(f32x4.mul(z, s), f32x4.sub(f32x4.splat(1), s)));
    return f32x4.mul(dy, slope);
  }
}

/** min(max(z / 6 + 1 / 2, 0), 1). */
export class HardSigmoid extends Activation {
  value(z: v128): v128 {
    return hardSigmoid(z);
  }
  back(z: v128, dy: v128): v128 {
    return v128.and(f32x4.mul(dy, f32x4.splat(<f32>(1.0 / 6))), withinThree(z));
  }
}

/** z * min(max(z / 6 + 1 / 2, 0), 1). */
export class HardSwish extends Activation {
  value(z: v128): v128 {
    return f32x4.mul(z, hardSigmoid(z));
  }
  back(z: v128, dy: v128): v128 {
    const inside = f32x4.add(f32x4.mul(z, f32x4.splat(<f32>(1.0 / 3))), f32x4.splat(0.5));
    const outside = v128.and(f32x4.splat(1), f32x4.ge(z, f32x4.splat(3)));
    return f32x4.mul(dy, v128.bitselect(inside, outside, withinThree(z)));
  }
}

function sigmoid(z: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exponential(f32x4.neg(z))));
}

function hardSigmoid(z: v128): v128 {
  const line = f32x4.add(f32x4.mul(z, f32x4.splat(<f32>(1.0 / 6))), f32x4.splat(0.5));
  return f32x4.pmin(f32x4.pmax(line, f32x4.splat(0)), f32x4.splat(1));
}

function withinThree(z: v128): v128 {
  return v128.and(f32x4.gt(z, f32x4.splat(-3)), f32x4.lt(z, f32x4.splat(3)));
}
