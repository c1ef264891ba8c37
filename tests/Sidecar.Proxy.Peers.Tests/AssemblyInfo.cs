using Sidecar.Proxy.Peers.Tests;
using Xunit.Sdk;
using Xunit.v3;

// h2load wants the machine to itself.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(NpmPackages))]
