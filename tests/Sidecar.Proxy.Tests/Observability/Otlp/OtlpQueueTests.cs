using System.Text;
using Sidecar.Proxy.Observability.Otlp;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Observability.Otlp;

public sealed class OtlpQueueTests
{
    [Fact]
    public void Batches_are_whole_until_the_rest_is_welcome()
    {
        var queue = new OtlpQueue(10, 2);

        new[] { "a", "b", "c" }.Select(text => queue.Add(Encoding.UTF8.GetBytes(text))).ShouldBe([false, true, false]);

        Take(queue, isPartWelcome: false).ShouldBe(["a", "b"]);
        Take(queue, isPartWelcome: false).ShouldBeNull();
        Take(queue, isPartWelcome: true).ShouldBe(["c"]);
        Take(queue, isPartWelcome: true).ShouldBeNull();
        queue.Dropped.ShouldBe(0);
    }

    [Fact]
    public void What_finds_no_room_is_dropped_and_counted_and_room_comes_back()
    {
        var queue = new OtlpQueue(3, 2);

        foreach (var text in new[] { "a", "b", "c", "d", "e" })
            queue.Add(Encoding.UTF8.GetBytes(text));
        queue.Dropped.ShouldBe(2);
        Take(queue, isPartWelcome: true).ShouldBe(["a", "b"]);
        queue.Add("f"u8);

        Take(queue, isPartWelcome: true).ShouldBe(["c", "f"]);
        queue.Dropped.ShouldBe(2);
    }

    private static string[]? Take(OtlpQueue queue, bool isPartWelcome)
    {
        if (!queue.TryTake(isPartWelcome, out var batch))
            return null;
        var records = new OtlpFields(batch.Records.Span).All(2).Select(record => Encoding.UTF8.GetString((byte[])record)).ToArray();
        records.Length.ShouldBe(batch.Count);
        return records;
    }
}
