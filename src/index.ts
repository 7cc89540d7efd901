/** The public door of the library: everything that may be imported from 'lissnas'. */

// Errors

export type { InputPlace } from './errors.js';
export { InputError, LissnasError } from './errors.js';

// Search spaces

export type { NetworkSpace } from './costs/network-space.js';
export { isNetworkSpace } from './costs/network-space.js';
export type { NetworkDefinition } from './costs/with-networks.js';
export { withNetworks } from './costs/with-networks.js';
export { loadSpace } from './space-files/load.js';
export { spaceFromYaml } from './space-files/space-from-yaml.js';
export { ArchitectureSet } from './spaces/architecture-set.js';
export type { CostSum, CostTable } from './spaces/cost-sum.js';
export type { DimensionDefinition, SpaceDefinition } from './spaces/define.js';
export { defineSpace } from './spaces/define.js';
export { diameter, editDistance, forEachEdit, neighbours } from './spaces/edits.js';
export { forEachArchitecture } from './spaces/enumerate.js';
export type { BuiltInSpaceName } from './spaces/index.js';
export type { Notation } from './spaces/notation.js';
export type {
  Architecture,
  Choice,
  Codes,
  Cost,
  Dimension,
  ForbiddenRule,
  Limit,
  SearchSpace,
} from './spaces/space.js';

// Networks: those of the built-in spaces, building your own, what they cost, drawing them

export type { ConvNormOptions, MBConvOptions } from './networks/blocks.js';
export { convNorm, mbConv, squeezeExcite } from './networks/blocks.js';
export type { BatchNormOptions, ConvolutionOptions, PoolOptions, Value } from './networks/builder.js';
export { NetworkBuilder } from './networks/builder.js';
export { checkGraph } from './networks/check.js';
export type { DrawOptions } from './networks/draw.js';
export { drawNetwork } from './networks/draw.js';
export type { CountingRule } from './networks/flops.js';
export { countingRules, flops, parameterCount } from './networks/flops.js';
export type { NetworkGraph, NetworkInput, Operation, Parameter, Shape } from './networks/graph.js';
export type { BuildNetwork } from './networks/index.js';
export { networks } from './networks/index.js';

// Trained networks as files

export type { Tensor, Tensors } from './math/tensor.js';
export type { Normalization, OnnxOptions } from './networks/onnx.js';
export { toOnnx } from './networks/onnx.js';
export { toPyTorch } from './networks/pytorch.js';
export type { SafetensorsFile } from './networks/safetensors.js';
export { readSafetensors, safetensorsPieces } from './networks/safetensors.js';
export type { TrainedNetwork } from './networks/trained-network.js';
export { networkTensors } from './networks/trained-network.js';
export type { FoundArchitecture } from './runs/architecture-file.js';
export { architectureFile, readArchitectureFile } from './runs/architecture-file.js';

// Images

export type { DatasetParts } from './datasets/create.js';
export { createDataset } from './datasets/create.js';
export type { Dataset, Images, LabelledImages } from './datasets/dataset.js';
export type { DatasetKind, DatasetSpec } from './datasets/index.js';
export { datasetKinds, loadDataset } from './datasets/index.js';
export type { LoadedDataset } from './datasets/loaded.js';
export type { Split, SplitSizes } from './datasets/split.js';
export { splitDataset } from './datasets/split.js';
export type { DatasetImages, DatasetImagesOptions, Part as DatasetPart } from './supernet/dataset-images.js';
export { datasetImages, wholePart } from './supernet/dataset-images.js';
export type { TrainingBatchRequest, TrainingImages } from './supernet/training-images.js';

// The training engine

export type { Engine, LearnOptions, LearnResult, Statistics, UpdateResult } from './engine/engine.js';
export type { Schedule } from './engine/schedule.js';
export type { AdamWRule, SgdRule, UpdateRule } from './engine/update-rule.js';
export type { WasmEngineOptions } from './engine/wasm-engine.js';
export { createWasmEngine } from './engine/wasm-engine.js';

// Training: supernets and single networks

export type { SharedWeightsOptions } from './evaluators/shared-weights.js';
export { sharedWeights } from './evaluators/shared-weights.js';
export type { StandaloneOptions } from './evaluators/standalone.js';
export { standalone } from './evaluators/standalone.js';
export { DivergedError } from './supernet/diverged.js';
export type { Evaluation, EvaluationOptions } from './supernet/evaluate.js';
export { evaluateNetwork } from './supernet/evaluate.js';
export type { PathRegion } from './supernet/path-region.js';
export { memberRegion, wholeRegion } from './supernet/path-region.js';
export type { TrainProgress } from './supernet/progress.js';
export type { SupernetRecipe, TrainingRecipe } from './supernet/recipe.js';
export { stepsOf, supernetRecipeSchema, trainingRecipeSchema } from './supernet/recipe.js';
export type { PathSampler, PathSamplerName, SamplingOptions } from './supernet/sampling.js';
export { createPathSampler, pathSamplers } from './supernet/sampling.js';
export type { StandaloneTask } from './supernet/standalone.js';
export { trainStandalone } from './supernet/standalone.js';
export type { Supernet, SupernetParts } from './supernet/supernet.js';
export { createSupernet } from './supernet/supernet.js';
export type { Checkpoints, TrainTask } from './supernet/train.js';
export type { SupernetTraining } from './supernet/train-supernet.js';
export { trainSupernet } from './supernet/train-supernet.js';

// Measuring: tables, surrogates, programs, functions

export type { CostFile } from './benchmarks/cost-file.js';
export { readCostFile } from './benchmarks/read-cost-file.js';
export { readTable } from './benchmarks/read-table.js';
export type { Table, TableColumn } from './benchmarks/table.js';
export type { BudgetedEvaluator } from './evaluators/budgeted.js';
export { BudgetExhausted, budgeted } from './evaluators/budgeted.js';
export type { CacheOptions } from './evaluators/cached.js';
export { cached } from './evaluators/cached.js';
export type { CommandOptions } from './evaluators/command.js';
export { command } from './evaluators/command.js';
export type { EvaluateAllOptions } from './evaluators/concurrent.js';
export { concurrent, evaluateAll } from './evaluators/concurrent.js';
export type { Choices, FunctionAnswer, FunctionOptions } from './evaluators/from-function.js';
export { fromFunction } from './evaluators/from-function.js';
export type { NoiseOptions } from './evaluators/noisy.js';
export { noisy } from './evaluators/noisy.js';
export type { Surrogate, SurrogateOptions, SurrogateReport } from './evaluators/surrogate.js';
export { surrogate } from './evaluators/surrogate.js';
export type { TabularOptions } from './evaluators/tabular.js';
export { tabular, truthOf } from './evaluators/tabular.js';
export type { Evaluator } from './measurements/evaluator.js';
export type { Failure, Measurement, Outcome, Unavailable } from './measurements/measurement.js';

// Many machines: evaluations over a queue, and the workers that make them

export type { RemoteOptions } from './evaluators/remote.js';
export { remote } from './evaluators/remote.js';
export type { QueueAddress } from './queue/address.js';
export { queueAddress } from './queue/address.js';
export type { BrokenTry } from './queue/jobs.js';
export type { GivenProgram } from './queue/program-work.js';
export { programWork } from './queue/program-work.js';
export type { ProgramWork, Task, Work } from './queue/task.js';
export { createTask } from './queue/task.js';
export type { SeenWorker } from './queue/worker-record.js';
export type { WorkerSetup } from './workers/slot-protocol.js';
export type { SetAsideStatus, TaskStatus, WorkersStatus } from './workers/status.js';
export { forgetSetAside, workersStatus } from './workers/status.js';
export type { RunningWorker, WorkerOptions } from './workers/worker.js';
export { startWorker } from './workers/worker.js';

// Locality

export type { CorrelationLength, LagCorrelation } from './locality/autocorrelation.js';
export type { DistanceCorrelation } from './locality/by-distance.js';
export type { Evidence } from './locality/evidence.js';
export type { LocalOptima } from './locality/local-optima.js';
export type { LocalityProbe, ProbeOptions } from './locality/probe.js';
export { probeLocality } from './locality/probe.js';
export type { LocalityReport, ReportOptions } from './locality/report.js';
export { localityReport } from './locality/report.js';
export type { ChoiceEffect, DimensionSensitivity, Sensitivity } from './locality/sensitivity.js';
export type { TopNeighbours } from './locality/top-neighbours.js';
export type { LocalityKind, LocalityVerdict } from './locality/verdict.js';
export { exactVerdict, localityVerdict } from './locality/verdict.js';
export type { Walk, WalkOptions, Walks } from './locality/walks.js';
export { walkRandomly } from './locality/walks.js';

// Shrinking, and what it is compared with

export type { AuditedMethod, AuditMeasure, AuditProgress, AuditReport, AuditRun, AuditTask } from './shrink/audit.js';
export { audit, auditMeasureList } from './shrink/audit.js';
export type { Comparison, Verdict } from './shrink/audit-statistics.js';
export type { AuditMeasures } from './shrink/audit-whole.js';
export type { ShrinkerName } from './shrink/index.js';
export { shrinkers } from './shrink/index.js';
export type { Pocket, Round, Seed, ShrinkResult, Shrunk, StopReason } from './shrink/result.js';
export { shrink } from './shrink/rounds.js';
export type { Shrinker, ShrinkProgress, ShrinkTask } from './shrink/shrinker.js';

// Searching

export { Candidates } from './search/candidates.js';
export type { SearcherEntry, SearcherName } from './search/index.js';
export { searchers } from './search/index.js';
export type { LocalSearchOptions } from './search/local-search.js';
export { localSearch } from './search/local-search.js';
export type { Nsga2Options } from './search/nsga2.js';
export { nsga2 } from './search/nsga2.js';
export type { CostOf } from './search/pareto.js';
export { randomSearch } from './search/random-search.js';
export type { SearchRegion } from './search/region.js';
export { membersRegion } from './search/region.js';
export type { EvolutionOptions } from './search/regularized-evolution.js';
export { regularizedEvolution } from './search/regularized-evolution.js';
export type { SearchProgress, SearchResult, SearchTask } from './search/search.js';
export { finalists, search } from './search/search.js';
export type { MakeSearcher, Searcher } from './search/searcher.js';
export { Region } from './shrink/region.js';

// The shrunk space

export type { Prediction } from './predictors/predictor.js';
export type { Pieces } from './report/export-members.js';
export { membersAsCsv, membersAsNdjson, membersAsParquet } from './report/export-members.js';
export type { MemberTableOptions } from './report/member-table.js';
export { openShrunkSpace, saveShrunkSpace } from './runs/open.js';
export { ShrunkSpace } from './shrink/shrunk-space.js';
export type { Provenance, ShrunkSpaceData, ShrunkSpaceDetails } from './shrink/shrunk-space-data.js';
export type { Member, Part } from './shrink/shrunk-space-view.js';
export type {
  BrokenLimit,
  NearestMember,
  OperationalVerdict,
  Standing,
  Why,
  WhyDropped,
  WhyKept,
} from './shrink/why.js';
export { why } from './shrink/why.js';
export { whySentence } from './shrink/why-sentence.js';

// Measures

export type { QualityMeasures, ShapeMeasures, ShrinkIndexTerms, Truth } from './shrink/measures.js';
export { measureQuality, measureShape, retention, shrinkIndex } from './shrink/measures.js';

// Runs: folders of plain files that survive being killed

export type { EvaluationEntry, EventEntry, JournalEntry } from './journal/entry.js';
export type { Journal, JournalHeader } from './journal/journal.js';
export { openJournal } from './journal/journal.js';
export { journalled } from './journal/journalled.js';
export type { BuiltRun } from './runs/build.js';
export type { Config } from './runs/config.js';
export { readConfig } from './runs/config.js';
export type { RunFolder } from './runs/folder.js';
export type { OneShot } from './runs/one-shot/build.js';
export type { OneShotConfig } from './runs/one-shot/config.js';
export type { DefaultOptions } from './runs/one-shot/default.js';
export { defaultOneShot } from './runs/one-shot/default.js';
export type { OneShotHooks } from './runs/one-shot/pipeline.js';
export type { ControlResult, FoundResult, OneShotResult, Ranking, ScratchResult } from './runs/one-shot/result.js';
export type { FinishedOneShot, OneShotRunHooks } from './runs/one-shot/run.js';
export { readOneShotConfig, resumeOneShot, startOneShot } from './runs/one-shot/run.js';
export type { ExportedNetwork, JudgedArchitecture, WeightsFrom } from './runs/one-shot/use.js';
export { exportArchitecture, judgeArchitectures } from './runs/one-shot/use.js';
export type { OneShotProgress } from './runs/one-shot/watch.js';
export type { FinishedRun, RunHooks } from './runs/run.js';
export { resumeRun, startRun } from './runs/run.js';
export { VERSION as version } from './runs/version.js';

// Reports of runs

export { reportOf } from './report/report-of.js';
export type { Column, Comparison as RunComparison, RunReport, RunState } from './report/run-report.js';

// Numbers

export { kendallTau } from './math/kendall.js';
export type { NkLandscape, NkOptions } from './math/nk-landscape.js';
export { createNkLandscape } from './math/nk-landscape.js';
export type { Random } from './math/random.js';
export { createRandom } from './math/random.js';
export type { Interval } from './math/statistics.js';
