using SidecarAspire.Pods.Tests.Pods;

// One Pod at a time: when one goes, podman's network (netavark 1.4) now and then cuts off the others.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(Node))]
