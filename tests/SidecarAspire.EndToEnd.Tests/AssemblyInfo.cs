using SidecarAspire.EndToEnd.Tests;
using Xunit.Sdk;
using Xunit.v3;

// One topology for all tests; some of them stop parts of it.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(Topology))]
