using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Pipelines;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;

namespace Aspire.Hosting.Dashboard;

/// <summary>
/// One gRPC call on HTTP/2: messages with a prefix of five bytes, the status at the end.
/// See https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md.
/// </summary>
internal sealed class GrpcCall(HttpContext context, CancellationToken cancellationToken)
{
    /// <summary>The largest request; more than any client of this service sends.</summary>
    public const int MaximumRequestBytes = 1024 * 1024;

    private const string ContentType = "application/grpc";
    private const int PrefixBytes = 5;

    /// <summary>Set when the client has gone or the service stops.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>Whether a request is a gRPC call at all.</summary>
    public static bool IsGrpc(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) && request.ContentType?.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Reads the one message of a request.</summary>
    /// <exception cref="GrpcException">It is compressed, too large, or not such a message.</exception>
    public async Task<T> ReadAsync<T>(MessageParser<T> parser) where T : IMessage<T>
    {
        var reader = context.Request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(CancellationToken);
            if (TryRead(result.Buffer, parser, out var message))
            {
                reader.AdvanceTo(result.Buffer.End);
                return message;
            }

            if (result.IsCompleted)
            {
                throw new GrpcException(GrpcStatus.Internal, "The request ended within a message.");
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    /// <summary>Sends the head of a streamed answer, so that the client knows that it has been heard.</summary>
    public async Task StartAsync()
    {
        context.Response.ContentType = ContentType;

        // Response.StartAsync alone leaves the head in a buffer.
        await context.Response.BodyWriter.FlushAsync(CancellationToken);
    }

    /// <summary>Sends a message.</summary>
    public async Task WriteAsync(IMessage message)
    {
        context.Response.ContentType ??= ContentType;
        var writer = context.Response.BodyWriter;
        WriteFrame(writer, message);
        await writer.FlushAsync(CancellationToken);
    }

    /// <summary>Ends the call.</summary>
    public void Complete(GrpcStatus status, string? message = null)
    {
        var response = context.Response;
        Action<string, string> add = (name, value) => response.AppendTrailer(name, value);
        if (!response.HasStarted)
        {
            // A call that ends before its answer has begun carries the status in its head.
            response.ContentType = ContentType;
            add = (name, value) => response.Headers[name] = value;
        }

        add("grpc-status", ((int)status).ToString(CultureInfo.InvariantCulture));
        if (message is not null)
        {
            add("grpc-message", Uri.EscapeDataString(message));
        }
    }

    private static bool TryRead<T>(in ReadOnlySequence<byte> buffer, MessageParser<T> parser, out T message) where T : IMessage<T>
    {
        message = default!;
        if (buffer.Length < PrefixBytes)
        {
            return false;
        }

        Span<byte> prefix = stackalloc byte[PrefixBytes];
        buffer.Slice(0, PrefixBytes).CopyTo(prefix);
        if (prefix[0] != 0)
        {
            throw new GrpcException(GrpcStatus.Unimplemented, "Compressed messages are not supported.");
        }

        var size = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        if (size > MaximumRequestBytes)
        {
            throw new GrpcException(GrpcStatus.ResourceExhausted, $"The message has {size} bytes; at most {MaximumRequestBytes} are taken.");
        }

        if (buffer.Length < PrefixBytes + size)
        {
            return false;
        }

        try
        {
            message = parser.ParseFrom(buffer.Slice(PrefixBytes, size));
            return true;
        }
        catch (InvalidProtocolBufferException ex)
        {
            throw new GrpcException(GrpcStatus.Internal, ex.Message);
        }
    }

    private static void WriteFrame(PipeWriter writer, IMessage message)
    {
        var prefix = writer.GetSpan(PrefixBytes);
        prefix[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(prefix[1..], message.CalculateSize());
        writer.Advance(PrefixBytes);
        message.WriteTo(writer);
    }
}
