using Sidecar.Proxy.Published.Tests;

[assembly: AssemblyFixture(typeof(PublishedProgram))]
