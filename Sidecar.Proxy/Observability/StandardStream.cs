using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Sidecar.Proxy.Observability;

/// <summary>
/// Standard output or standard error that says when it cannot be written: .NET's own says nothing when whoever read it is gone, and its Console takes over the signal of ended children.
/// </summary>
/// <param name="fileDescriptor">Its number.</param>
internal sealed partial class StandardStream(int fileDescriptor) : Stream
{
    private const short Writable = 4;

    /// <inheritdoc />
    public override bool CanRead => false;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => true;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Opens standard output.</summary>
    /// <returns>A stream that is not buffered.</returns>
    public static Stream OpenOutput() => OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new StandardStream(1);

    /// <summary>Opens standard error.</summary>
    /// <returns>A writer that is not buffered.</returns>
    public static TextWriter OpenError() => OperatingSystem.IsWindows() ? Console.Error : new StreamWriter(new StandardStream(2)) { AutoFlush = true };

    /// <inheritdoc />
    public override void Flush()
    {
    }

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc />
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var count = Write(fileDescriptor, buffer, (nuint)buffer.Length);
            if (count >= 0)
                buffer = buffer[(int)count..];
            else
                Recover();
        }
    }

    /// <inheritdoc />
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // The thread that writes has nothing else to do.
        Write(buffer.Span);
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
