using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Transport;

/// <summary>A connection's pipes, as text. A test goes on on a thread of its own: what it does there may block, which a loop's must not.</summary>
internal static class PipeText
{
    /// <summary>Waits, and leaves the loop's thread.</summary>
    public static async Task<T> OffLoopAsync<T>(this ValueTask<T> waiting)
    {
        try
        {
            return await waiting;
        }
        finally
        {
            await Task.Yield();
        }
    }

    public static async Task<string> ReadAsync(this ConnectionContext connection, int count)
    {
        var read = await connection.Transport.Input.ReadAtLeastAsync(count, Patience.Token()).OffLoopAsync();
        var text = Encoding.ASCII.GetString(read.Buffer.Slice(0, Math.Min(count, read.Buffer.Length)).ToArray());
        connection.Transport.Input.AdvanceTo(read.Buffer.GetPosition(text.Length));
        return text;
    }

    public static async Task<FlushResult> WriteAsync(this ConnectionContext connection, string text) =>
        await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(text), Patience.Token()).OffLoopAsync();

    /// <summary>Whether the peer's end comes next.</summary>
    public static async Task<bool> HasEndedAsync(this ConnectionContext connection)
    {
        var read = await connection.Transport.Input.ReadAsync(Patience.Token()).OffLoopAsync();
        connection.Transport.Input.AdvanceTo(read.Buffer.Start);
        return read is { IsCompleted: true, Buffer.IsEmpty: true };
    }

    /// <summary>Sends back what comes, until the end.</summary>
    public static async Task EchoAsync(this ConnectionContext connection)
    {
        while (true)
        {
            var read = await connection.Transport.Input.ReadAsync();
            foreach (var segment in read.Buffer)
                connection.Transport.Output.Write(segment.Span);
            connection.Transport.Input.AdvanceTo(read.Buffer.End);
            if ((await connection.Transport.Output.FlushAsync()).IsCompleted || read.IsCompleted)
                return;
        }
    }
}
