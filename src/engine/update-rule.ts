/** How gradients become updates: the optimizers, as plain data. */

interface UpdateBase {
  readonly learningRate: number;
  /** per step; added to the gradient times the value (SGD), or decoupled (AdamW). 0 by default */
  readonly weightDecay?: number;
  /** which parameters decay: weights of convolutions and linear layers only (default), or all with scales, shifts and biases */
  readonly decay?: 'weights' | 'all';
  /** largest Euclidean norm of all gradients together; larger ones are scaled down to it. No limit by default */
  readonly clip?: number;
}

/** Stochastic gradient descent: v = momentum v + g, then w -= rate v, or rate (g + momentum v) with Nesterov; PyTorch's convention. */
export interface SgdRule extends UpdateBase {
  readonly kind: 'sgd';
  /** 0 by default */
  readonly momentum?: number;
  readonly nesterov?: boolean;
}

/** Adam with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101); steps are counted per parameter. */
export interface AdamWRule extends UpdateBase {
  readonly kind: 'adamw';
  /** 0.9 by default */
  readonly beta1?: number;
  /** 0.999 by default */
  readonly beta2?: number;
  /** 1e-8 by default */
  readonly epsilon?: number;
}

/** One step of an optimizer. */
export type UpdateRule = SgdRule | AdamWRule;
