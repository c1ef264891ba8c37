using Aspire.Hosting;

namespace SidecarAspire.LocalEngine.Tests.Building;

public sealed class LaunchSettingsReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Reads_the_profiles_with_comments_and_trailing_commas()
    {
        var settings = Read("""
            {
              // What a person may write.
              "profiles": {
                "http": {
                  "commandName": "Project",
                  "applicationUrl": "http://localhost:5000",
                  "environmentVariables": { "A": "1", },
                },
              },
            }
            """).ShouldNotBeNull();

        settings.Profiles["http"].ApplicationUrl.ShouldBe("http://localhost:5000");
        settings.Profiles["http"].EnvironmentVariables.ShouldBe(new Dictionary<string, string> { ["A"] = "1" });
    }

    [Fact]
    public void A_project_without_launch_settings_has_none()
    {
        LaunchSettingsReader.Read(new AProject(_folder.Write("a.csproj", "")), "sidecar").ShouldBeNull();
    }

    [Fact]
    public void Launch_settings_that_are_given_come_before_the_file()
    {
        var given = new LaunchSettings();

        LaunchSettingsReader.Read(new AProject("nowhere.csproj") { LaunchSettings = given }, "sidecar").ShouldBeSameAs(given);
    }

    [Fact]
    public void Invalid_JSON_is_told_in_one_line_with_its_place()
    {
        var error = Should.Throw<DistributedApplicationException>(() => Read("{\n  \"profiles\": [ }"));

        error.Message.ShouldBe($"Project resource 'sidecar': '{_folder["Properties", "launchSettings.json"]}' is not valid JSON (line 2).");
    }

    [Fact]
    public void A_missing_project_file_is_named()
    {
        var error = Should.Throw<DistributedApplicationException>(() => LaunchSettingsReader.Read(new AProject(_folder["none.csproj"]), "sidecar"));

        error.Message.ShouldBe($"Project file '{_folder["none.csproj"]}' was not found.");
    }

    [Theory]
    [InlineData("second", "third", "second")]
    [InlineData(null, "third", "third")]
    [InlineData(null, "absent", "second")]
    [InlineData(null, null, "second")]
    public void The_profile_asked_for_comes_before_the_app_hosts_and_that_before_the_first_that_starts_the_project(string? asked, string? appHost, string expected)
    {
        var settings = Settings(("first", "IISExpress"), ("second", "Project"), ("third", "project"));

        LaunchSettingsReader.Select(settings, "sidecar", asked, appHost).ShouldNotBeNull().Name.ShouldBe(expected);
    }

    [Fact]
    public void A_profile_that_does_not_exist_is_refused_with_those_that_do()
    {
        var error = Should.Throw<DistributedApplicationException>(() =>
            LaunchSettingsReader.Select(Settings(("http", "Project"), ("https", "Project")), "sidecar", "absent", null));

        error.Message.ShouldBe("Project resource 'sidecar' has no launch profile 'absent'; it has: http, https.");
    }

    [Fact]
    public void Without_a_profile_that_starts_the_project_none_is_used() =>
        LaunchSettingsReader.Select(Settings(("iis", "IISExpress")), "sidecar", null, null).ShouldBeNull();

    private LaunchSettings? Read(string json)
    {
        _folder.Write("Properties/launchSettings.json", json);
        return LaunchSettingsReader.Read(new AProject(_folder.Write("a.csproj", "")), "sidecar");
    }

    private static LaunchSettings Settings(params (string Name, string Command)[] profiles) =>
        new() { Profiles = profiles.ToDictionary(p => p.Name, p => new LaunchProfile { CommandName = p.Command }) };

    private sealed class AProject(string path) : IProjectMetadata
    {
        public string ProjectPath => path;

        public LaunchSettings? LaunchSettings { get; init; }
    }
}
