using SidecarAspire.EndToEnd.Tests;

// One topology for all tests; some of them stop parts of it.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(Topology))]
