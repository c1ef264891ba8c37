[assembly: AssemblyFixture(typeof(PublishedProgram))]
