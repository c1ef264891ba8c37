namespace SidecarAspire.Hosting.Tests.Publishing;

public sealed class SnapshotTests
{
    [Theory]
    [MemberData(nameof(PublishCases.Names), MemberType = typeof(PublishCases))]
    public async Task What_is_published_is_what_a_reviewer_has_seen(string name)
    {
        using var publication = await PublishCases.PublishAsync(name);

        Snapshots.ShouldBeAsSeen(publication.Files, name);
    }

    [Fact]
    public async Task The_same_model_gives_the_same_bytes()
    {
        using var first = await PublishCases.PublishAsync("everything");
        using var second = await PublishCases.PublishAsync("everything");

        second.Files.ShouldBe(first.Files);
        second[".sidecar-aspire.sum"].ShouldBe(first[".sidecar-aspire.sum"]);
    }
}
