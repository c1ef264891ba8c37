using Sidecar.Proxy.Lifecycle;

namespace Sidecar.Proxy.Tests.Lifecycle;

public sealed class WebSocketFramesTests
{
    private static readonly byte[][] Frames =
    [
        [0x81, 0x02, 1, 2],
        [0x82, 0x00],
        [0x02, 0x7E, 0x00, 0x80, .. new byte[128]],
        [0x80, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0, .. new byte[65_536]],
        [0x8A, 0x81, 9, 9, 9, 9, 1],
        [0x82, 0xFE, 0x00, 0x7E, 9, 9, 9, 9, .. new byte[126]],
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(1_000)]
    [InlineData(100_000)]
    public void The_end_of_each_frame_is_found_however_the_bytes_are_cut(int piece)
    {
        var ends = Frames.Select((_, index) => Frames.Take(index + 1).Sum(frame => frame.Length)).ToHashSet();
        var bytes = Frames.SelectMany(frame => frame).ToArray();
        var frames = new WebSocketFrames();

        for (var position = 0; position < bytes.Length;)
        {
            var count = Math.Min(piece, bytes.Length - position);
            frames.Pass(bytes.AsSpan(position, count));
            position += count;
            frames.IsBetweenFrames.ShouldBe(ends.Contains(position), $"after {position} bytes");
        }

        frames.HasClosed.ShouldBeFalse();
    }

    [Fact]
    public void A_close_frame_is_noticed()
    {
        var frames = new WebSocketFrames();

        frames.Pass([0x81, 0x01, 0x88, 0x88, 0x00]);

        frames.HasClosed.ShouldBeTrue();
    }
}
