namespace SidecarAspire.Hosting.Tests;

public sealed class ReadmeTests
{
    [Fact]
    public void Readme_shows_the_app_host_as_it_is()
    {
        const string Sample = "```csharp\n// The application nobody dares to change.";
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        var appHost = File.ReadAllText(Path.Combine(Repository.Root, "SidecarAspire.AppHost", "AppHost.cs"));

        var start = readme.IndexOf(Sample, StringComparison.Ordinal) + "```csharp\n".Length;
        var sample = readme[start..readme.IndexOf("\n```", start, StringComparison.Ordinal)];

        appHost.ShouldContain(sample);
        sample.ShouldContain("AddSidecarKubernetes");
    }
}
