@_exported public import CredenceCalibration
@_exported public import CredenceEvaluation
@_exported public import CredenceMetrics
@_exported public import CredencePredictions
@_exported public import CredenceReports
