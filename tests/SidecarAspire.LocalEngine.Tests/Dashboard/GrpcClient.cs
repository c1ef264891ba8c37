using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace SidecarAspire.LocalEngine.Tests.Dashboard;

/// <summary>As much of a gRPC client as these tests need, written apart from the server's framing.</summary>
internal sealed class GrpcClient(Uri address, string? key) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };

    public async Task<HttpResponseMessage> SendAsync(string method, byte[] body, string contentType = "application/grpc", CancellationToken cancellationToken = default)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/aspire.v1.DashboardService/{method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(contentType) } },
        };
        request.Headers.TE.Add(new("trailers"));
        if (key is not null)
        {
            request.Headers.Add("x-resource-service-api-key", key);
        }

        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    public Task<HttpResponseMessage> SendAsync(string method, IMessage message, CancellationToken cancellationToken) =>
        SendAsync(method, Frame(message.ToByteArray()), cancellationToken: cancellationToken);

    public async Task<T> CallAsync<T>(string method, IMessage message, MessageParser<T> parser, CancellationToken cancellationToken) where T : class, IMessage<T>
    {
        using var response = await SendAsync(method, message, cancellationToken);
        var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var answer = await ReadAsync(body, parser, cancellationToken);
        (await body.ReadAsync(new byte[1], cancellationToken)).ShouldBe(0);
        StatusOf(response).ShouldBe("0");
        return answer.ShouldNotBeNull();
    }

    /// <summary>Reads a message of a stream; null at its end.</summary>
    public static async Task<T?> ReadAsync<T>(Stream body, MessageParser<T> parser, CancellationToken cancellationToken) where T : class, IMessage<T>
    {
        var prefix = new byte[5];
        var read = await body.ReadAtLeastAsync(prefix, prefix.Length, throwOnEndOfStream: false, cancellationToken);
        if (read == 0)
        {
            return null;
        }

        read.ShouldBe(prefix.Length);
        prefix[0].ShouldBe((byte)0);
        var message = new byte[BinaryPrimitives.ReadInt32BigEndian(prefix.AsSpan(1))];
        await body.ReadExactlyAsync(message, cancellationToken);
        return parser.ParseFrom(message);
    }

    public static string? StatusOf(HttpResponseMessage response) => Header(response, "grpc-status");

    public static string? MessageOf(HttpResponseMessage response) => Uri.UnescapeDataString(Header(response, "grpc-message") ?? "");

    public static byte[] Frame(ReadOnlySpan<byte> message, bool compressed = false)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame.AsSpan(5));
        return frame;
    }

    public void Dispose() => _http.Dispose();

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var head) ? head.Single()
        : response.TrailingHeaders.TryGetValues(name, out var trailer) ? trailer.Single()
        : null;
}
