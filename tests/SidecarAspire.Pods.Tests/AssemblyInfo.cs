using SidecarAspire.Pods.Tests.Pods;
using Xunit.Sdk;
using Xunit.v3;

// One Pod at a time: when one goes, podman's network (netavark 1.4) now and then cuts off the others.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(Node))]
