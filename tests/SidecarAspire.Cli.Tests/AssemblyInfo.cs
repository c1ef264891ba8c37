using SidecarAspire.Cli.Tests;
using Xunit.Sdk;
using Xunit.v3;

// One topology for all tests; one of them stops it.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(Topology))]
