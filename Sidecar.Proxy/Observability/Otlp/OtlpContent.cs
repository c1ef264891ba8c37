using System.Buffers.Binary;
using System.IO.Compression;
using System.Net.Http.Headers;

namespace Sidecar.Proxy.Observability.Otlp;

/// <summary>The body of an export: OTLP's request around a batch, without a copy of it unless it is compressed.</summary>
internal sealed class OtlpContent : HttpContent
{
    // A gRPC message begins with whether it is compressed and how long it is.
    private const int GrpcHeadLength = 5;

    private readonly byte[] _head;
    private readonly ReadOnlyMemory<byte> _rest;

    /// <summary>Makes a body.</summary>
    /// <param name="envelope">What comes before the records.</param>
    /// <param name="records">The records.</param>
    /// <param name="isGrpc">Whether it is for gRPC.</param>
    /// <param name="isCompressed">Whether it is to be compressed.</param>
    public OtlpContent(byte[] envelope, ReadOnlyMemory<byte> records, bool isGrpc, bool isCompressed)
    {
        if (isCompressed)
            (envelope, records) = ([], Compress(envelope, records));
        _rest = records;
        _head = isGrpc ? [.. GrpcHead(envelope.Length + records.Length, isCompressed), .. envelope] : envelope;
        Headers.ContentType = new MediaTypeHeaderValue(isGrpc ? "application/grpc" : "application/x-protobuf");
        if (isCompressed && !isGrpc)
            Headers.ContentEncoding.Add("gzip");
    }

    /// <inheritdoc />
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(_head);
        await stream.WriteAsync(_rest);
    }

    /// <inheritdoc />
    protected override bool TryComputeLength(out long length)
    {
        length = _head.Length + _rest.Length;
        return true;
    }

    private static byte[] GrpcHead(int length, bool isCompressed)
    {
        var head = new byte[GrpcHeadLength];
        head[0] = isCompressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(1), length);
        return head;
    }

    private static ReadOnlyMemory<byte> Compress(byte[] envelope, ReadOnlyMemory<byte> records)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
        {
            gzip.Write(envelope);
            gzip.Write(records.Span);
        }

        return output.ToArray();
    }
}
