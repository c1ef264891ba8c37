using Sidecar.Proxy.Peers.Tests;

// h2load wants the machine to itself.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(NpmPackages))]
