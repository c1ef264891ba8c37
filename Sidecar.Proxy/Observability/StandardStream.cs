using System.ComponentModel;
using System.Runtime.InteropServices;
using Sidecar.Proxy.Transport;

namespace Sidecar.Proxy.Observability;

/// <summary>
/// Standard output or standard error that says when it cannot be written: .NET's own says nothing when whoever read it is gone, and its Console takes over the signal of ended children.
/// </summary>
internal sealed partial class StandardStream(int fileDescriptor) : AsyncStream(Null)
{
    private const short Writable = 4;

    /// <summary>Opens standard output.</summary>
    /// <returns>A stream that is not buffered.</returns>
    public static Stream OpenOutput() => OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new StandardStream(1);

    /// <summary>Opens standard error.</summary>
    /// <returns>A writer that has to be flushed, asynchronously.</returns>
    public static TextWriter OpenError() => OperatingSystem.IsWindows() ? Console.Error : new StreamWriter(new StandardStream(2));

    /// <inheritdoc />
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // The thread that writes has nothing else to do.
        for (var rest = buffer.Span; !rest.IsEmpty;)
        {
            var count = Write(fileDescriptor, rest, (nuint)rest.Length);
            if (count >= 0)
                rest = rest[(int)count..];
            else
                Recover();
        }

        return default;
    }

    private void Recover()
    {
        const int interrupted = 4;
        var error = Marshal.GetLastPInvokeError();
        if (error == interrupted)
            return;
        // An application that shares a pipe with the sidecar may have made it one that does not block.
        if (error != (OperatingSystem.IsMacOS() ? 35 : 11))
            throw new IOException(new Win32Exception(error).Message);
        var wait = new Poll { FileDescriptor = fileDescriptor, Events = Writable };
        _ = WaitFor(ref wait, 1, -1);
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int fileDescriptor, ReadOnlySpan<byte> buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int WaitFor(ref Poll polls, nuint count, int milliseconds);

    private struct Poll
    {
        public int FileDescriptor;
        public short Events;
        public short Happened;
    }
}
