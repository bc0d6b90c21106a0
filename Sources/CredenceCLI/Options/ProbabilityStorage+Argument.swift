public import ArgumentParser
public import Credence

extension ProbabilityStorage: ExpressibleByArgument {}
