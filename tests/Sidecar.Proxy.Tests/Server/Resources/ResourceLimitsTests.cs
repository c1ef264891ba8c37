using Sidecar.Proxy.Server.Resources;

namespace Sidecar.Proxy.Tests.Server.Resources;

public sealed class ResourceLimitsTests
{
    private const long MiB = 1024 * 1024;

    [Fact]
    public void Both_sides_share_the_file_descriptors() =>
        ResourceLimits.Of(new(), isTls: false, 1_000, 16_384 * MiB).ShouldBe(new(Connections: 500, Http2Connections: 2_621, UpstreamConnections: 500, Streams: 32_768, RetryBytes: 1_024 * MiB, MirrorBytes: 1_024 * MiB, Mirrors: 8_192));

    [Fact]
    public void Where_descriptors_are_plenty_memory_is_the_bound() =>
        ResourceLimits.Of(new(), isTls: false, 1_000_000, 96 * MiB).ShouldBe(new(Connections: 170, Http2Connections: 64, UpstreamConnections: 362, Streams: 192, RetryBytes: 6 * MiB, MirrorBytes: 6 * MiB, Mirrors: 48));

    [Fact]
    public void A_connection_with_TLS_has_more_buffers() => ResourceLimits.Of(new(), isTls: true, 1_000_000, 96 * MiB).Connections.ShouldBe(139);

    [Theory]
    [InlineData(8 * 1024, 256 * 1024)]
    [InlineData(256 * 1024, 512)]
    public void Where_heads_may_be_larger_there_are_fewer_connections(int line, int head) =>
        ResourceLimits.Of(new() { MaxRequestLineBytes = line, MaxRequestHeadBytes = head }, isTls: false, 1_000_000, 96 * MiB).Connections.ShouldBe(30);

    [Fact]
    public void What_is_configured_holds() =>
        ResourceLimits.Of(new() { MaxConnections = 20, MaxHttp2Connections = 25, MaxUpstreamConnections = 30, MaxStreams = 40, MaxRetryBytes = 50, MaxMirrorBytes = 0 }, isTls: false, 1_000, 96 * MiB).ShouldBe(new(20, 25, 30, 40, 50, 0, 48));

    [Fact]
    public void What_is_configured_cannot_take_more_descriptors_than_there_are()
    {
        var limits = ResourceLimits.Of(new() { MaxConnections = 100_000, MaxUpstreamConnections = 100_000 }, isTls: false, 100, 96 * MiB);

        (limits.Connections, limits.UpstreamConnections).ShouldBe((50, 50));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void There_is_always_one_of_each(int descriptors)
    {
        var limits = ResourceLimits.Of(new(), isTls: true, descriptors, 0);

        limits.Connections.ShouldBeGreaterThan(0);
        limits.UpstreamConnections.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void A_process_can_tell_its_descriptors()
    {
        Descriptors.Limit.ShouldBeGreaterThan(0);
        Descriptors.InUse.ShouldBeInRange(3, Descriptors.Limit);
        Descriptors.ForConnections.ShouldBeLessThan(Descriptors.Limit);
    }

    [Theory]
    [InlineData(64, 128)]
    [InlineData(512, 512)]
    [InlineData(8192, 1024)]
    public void A_window_of_HTTP2_grows_with_memory_up_to_a_megabyte(long memoryMiB, int windowKiB) =>
        ResourceLimits.Http2WindowBytes(memoryMiB << 20).ShouldBe(windowKiB << 10);
}
