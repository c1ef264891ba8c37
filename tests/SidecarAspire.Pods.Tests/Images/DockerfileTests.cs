using System.Text.RegularExpressions;

namespace SidecarAspire.Pods.Tests.Images;

/// <summary>What can be told of the Dockerfiles without the base images, which come from registries.</summary>
public sealed partial class DockerfileTests
{
    public static TheoryData<string> Files => ["LegacyApp/Dockerfile", "Sidecar.Proxy/Dockerfile"];

    [Theory]
    [MemberData(nameof(Files))]
    public void Base_images_are_pinned_by_version(string file)
    {
        foreach (var image in Instructions(file, "FROM").Select(from => from.Split(' ').First(word => !word.StartsWith("--", StringComparison.Ordinal))))
        {
            if (image != "scratch")
                image.ShouldMatch(@":\d+\.\d+\.\d+(-|$)");
        }
    }

    [Theory]
    [InlineData("LegacyApp/Dockerfile", "1000")]
    [InlineData("Sidecar.Proxy/Dockerfile", "1654")]
    public void The_user_is_the_manifests_by_number_so_that_Kubernetes_can_tell_it_is_not_root(string file, string user) =>
        Instructions(file, "USER").ShouldBe([user]);

    [Theory]
    [MemberData(nameof(Files))]
    public void The_last_stage_runs_nothing_as_it_has_nothing_to_run(string file)
    {
        var last = File.ReadAllText(Path.Combine(Repository.Root, file)).Split("\nFROM ")[^1];

        last.ShouldNotContain("\nRUN ");
        last.ShouldNotContain("HEALTHCHECK");
    }

    private static string[] Instructions(string file, string name) =>
        [.. Instruction().Matches(File.ReadAllText(Path.Combine(Repository.Root, file))).Where(match => match.Groups[1].Value == name).Select(match => match.Groups[2].Value)];

    [GeneratedRegex("^([A-Z]+) (.+)$", RegexOptions.Multiline)]
    private static partial Regex Instruction();
}
