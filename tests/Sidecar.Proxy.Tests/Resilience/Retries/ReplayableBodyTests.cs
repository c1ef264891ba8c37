using System.IO.Pipelines;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Proxy.Resilience.Retries;
using Sidecar.Proxy.Server.Resources;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Resilience.Retries;

public sealed class ReplayableBodyTests
{
    private static readonly BodyBudget s_budget = new("retry", long.MaxValue, new(static () => (0, 1), TimeProvider.System, NullLogger<MemoryPressure>.Instance));

    [Fact]
    public void Every_attempt_reads_the_same_however_it_reads_and_wherever_the_last_one_stopped()
    {
        var sizes = Gen.Choose(0, 20_000);

        Prop.ForAll(
            sizes.ToArbitrary(),
            sizes.ToArbitrary(),
            Gen.Choose(1, 9_000).ToArbitrary(),
            (size, stop, step) => ReadsAgain(size, Math.Min(size, stop), step).GetAwaiter().GetResult()).QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task One_byte_more_than_the_limit_can_be_read_but_not_again()
    {
        using var body = new ReplayableBody(new MemoryStream(Bytes(11)), 10, s_budget);

        (await ReadAsync(body.Open(), 4)).ShouldBe(Bytes(11));

        body.IsKept.ShouldBeFalse();
        await Should.ThrowAsync<IOException>(() => ReadAsync(body.Open(), 4));
    }

    [Fact]
    public async Task What_an_attempt_that_was_given_up_still_reads_is_not_lost()
    {
        var pipe = new Pipe();
        using var body = new ReplayableBody(pipe.Reader.AsStream(), 100, s_budget);
        var orphan = body.Open().ReadAsync(new byte[5], Patience.Token()).AsTask();
        var next = ReadAsync(body.Open(), 100);

        await pipe.Writer.WriteAsync(Bytes(5), Patience.Token());
        await pipe.Writer.WriteAsync(Bytes(3), Patience.Token());
        await pipe.Writer.CompleteAsync();

        await orphan;
        (await next).ShouldBe([.. Bytes(5), .. Bytes(3)]);
    }

    private static async Task<bool> ReadsAgain(int size, int stop, int step)
    {
        var bytes = Bytes(size);
        using var body = new ReplayableBody(new MemoryStream(bytes), size, s_budget);
        await body.Open().ReadAtLeastAsync(new byte[stop], stop, throwOnEndOfStream: false);
        var first = await ReadAsync(body.Open(), step);
        var second = await ReadAsync(body.Open(), step);
        return body.IsKept && body.Received == size && first.SequenceEqual(bytes) && second.SequenceEqual(bytes);
    }

    private static async Task<byte[]> ReadAsync(Stream stream, int step)
    {
        var all = new List<byte>();
        var buffer = new byte[step];
        while (await stream.ReadAsync(buffer) is > 0 and var count)
            all.AddRange(buffer.AsSpan(0, count));
        return [.. all];
    }

    private static byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(number => (byte)(number * 7))];
}
