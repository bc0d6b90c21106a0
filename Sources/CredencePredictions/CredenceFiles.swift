// Matrices are made of stored arrays, and reading them throws the errors of files: whoever imports predictions needs both.
@_exported public import CredenceFiles
