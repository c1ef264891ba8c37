using SidecarAspire.Pods.Tests.Pods;

[assembly: AssemblyFixture(typeof(Node))]
