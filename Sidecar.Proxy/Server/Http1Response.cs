using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Sidecar.Proxy.Http1;
using Sidecar.Proxy.Server.Listening;

namespace Sidecar.Proxy.Server;

/// <summary>The response to the current request of an HTTP/1.x connection: frames it.</summary>
/// <param name="connection">The client's connection.</param>
/// <param name="presence">Whether the client is there.</param>
/// <param name="server">The server.</param>
/// <param name="limits">What the client may do.</param>
internal sealed class Http1Response(ConnectionContext connection, ClientPresence presence, Http1Server server, LimitOptions limits)
    : IHttpResponseFeature, IHttpResponseBodyFeature, IHttpResponseTrailersFeature, IDisposable
{
    private readonly FieldTable _fields = new();
    private readonly Lock _heads = new();
    private readonly ResponseFlush _sending = new(connection, presence, limits, server.Time);
    private readonly List<(Func<object, Task> Callback, object State)> _starting = [];
    private readonly List<(Func<object, Task> Callback, object State)> _completed = [];
    private RequestHead _request = null!;
    private Http1RequestBody _body = null!;
    private IHeaderDictionary? _headers;
    private IHeaderDictionary? _trailers;
    private Stream? _stream;
    private PipeWriter? _writer;
    private BodyFraming _framing;
    private long _missing;
    private bool _isCompleted;
    private int _preparedFor;
    private volatile bool _isAborted;

    /// <summary>Whether it is the connection's last, because the sidecar is draining.</summary>
    public bool IsLast { get; set; }

    /// <summary>Whether the connection ends with it.</summary>
    public bool Closes { get; private set; }

    /// <summary>Whether it was broken off.</summary>
    public bool IsAborted => _isAborted;

    /// <summary>Whether the client can see by its framing that it was broken off.</summary>
    public bool IsIncomplete { get; private set; }

    /// <inheritdoc />
    public int StatusCode { get; set; }

    /// <inheritdoc />
    public string? ReasonPhrase { get; set; }

    /// <summary>Its header fields, in the order in which they are written.</summary>
    public FieldTable Fields => _fields;

    /// <inheritdoc />
    public IHeaderDictionary Headers
    {
        get => _headers ??= new HeaderView(_fields);
        set => throw new NotSupportedException();
    }

    /// <inheritdoc />
    public IHeaderDictionary Trailers
    {
        get => _trailers ??= new HeaderView(new());
        set => _trailers = value;
    }

    /// <inheritdoc />
    public bool HasStarted { get; private set; }

    /// <inheritdoc />
    public Stream Stream => _stream ??= new Http1ResponseStream(this);

    /// <inheritdoc />
    [Obsolete("Part of the interface; Stream is the body.")]
    public Stream Body
    {
        get => Stream;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc />
    public PipeWriter Writer => _writer ??= PipeWriter.Create(Stream, new StreamPipeWriterOptions(leaveOpen: true));

    private PipeWriter Output => connection.Transport.Output;

    private bool HasNoContent => StatusCode is < 200 or StatusCodes.Status204NoContent or StatusCodes.Status304NotModified || _request.Method == "HEAD";

    /// <summary>Puts itself among a request's features.</summary>
    /// <param name="features">The features.</param>
    public void Install(IFeatureCollection features)
    {
        features.Set(this);
        features.Set<IHttpResponseFeature>(this);
        features.Set<IHttpResponseBodyFeature>(this);
        features.Set<IHttpResponseTrailersFeature>(this);
    }

    /// <summary>A request begins.</summary>
    /// <param name="request">Its head.</param>
    /// <param name="body">Its body.</param>
    /// <param name="closes">Whether the connection ends with the response.</param>
    public void Begin(RequestHead request, Http1RequestBody body, bool closes)
    {
        (_request, _body, Closes) = (request, body, closes || !request.KeepsConnection);
        (StatusCode, ReasonPhrase, HasStarted, _isCompleted, _trailers, _writer, _missing) = (StatusCodes.Status200OK, null, false, false, null, null, 0);
        _fields.Reset([]);
        _starting.Clear();
        _completed.Clear();
    }

    /// <inheritdoc />
    public void OnStarting(Func<object, Task> callback, object state) => _starting.Add((callback, state));

    /// <inheritdoc />
    public void OnCompleted(Func<object, Task> callback, object state) => _completed.Add((callback, state));

    /// <inheritdoc />
    public void DisableBuffering()
    {
        // Nothing is held back but to be sent together.
    }

    /// <inheritdoc />
    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken = default) => StartAsync(isWhole: false);

    /// <inheritdoc />
    public Task CompleteAsync() => EndAsync().AsTask();

    /// <summary>Ends it: with its head, if that has not been written, and with the end of its content.</summary>
    /// <returns>When all of it is with the operating system.</returns>
    public ValueTask EndAsync()
    {
        if (_isCompleted)
            return default;
        var preparing = PrepareAsync();
        return preparing.IsCompletedSuccessfully ? End() : EndAsync(preparing);
    }

    private async ValueTask EndAsync(ValueTask preparing)
    {
        await preparing;
        await End();
    }

    private ValueTask End()
    {
        Start(isWhole: true);
        _isCompleted = true;
        if (_framing == BodyFraming.Chunked)
            ResponseHeadWriter.WriteLastChunk(Output, _trailers);
        else if (_framing == BodyFraming.Length && _missing > 0)
            BreakOff("The response is shorter than its Content-Length.");
        return SendAsync();
    }

    /// <summary>Has those who wanted to change its head do so; until content is written it may still become another.</summary>
    /// <returns>When all have.</returns>
    public ValueTask PrepareAsync() => HasStarted || _preparedFor == _fields.Generation || _starting.Count == 0 ? default : RunCallbacksAsync();

    private async ValueTask RunCallbacksAsync()
    {
        for (var i = _starting.Count - 1; i >= 0; i--)
            await _starting[i].Callback(_starting[i].State);
        _preparedFor = _fields.Generation;
    }

    /// <summary>Tells those who wanted to know that the response is over.</summary>
    /// <returns>When all have been told.</returns>
    public ValueTask NotifyAsync() => _completed.Count == 0 ? default : RunCompletedAsync();

    private async ValueTask RunCompletedAsync()
    {
        for (var i = _completed.Count - 1; i >= 0; i--)
            await _completed[i].Callback(_completed[i].State);
    }

    /// <summary>Asks the client for the body that it holds back.</summary>
    /// <returns>When the client has been asked.</returns>
    public ValueTask ContinueAsync()
    {
        // The upload asks, while the response may begin.
        lock (_heads)
        {
            if (HasStarted)
                return default;
            Output.Write("HTTP/1.1 100 Continue\r\n\r\n"u8);
            return SendAsync();
        }
    }

    /// <summary>Passes an informational response on (RFC 9110, section 15.2); a client of HTTP/1.0 knows none.</summary>
    /// <param name="head">Its head.</param>
    /// <returns>When it is with the operating system.</returns>
    public ValueTask InformAsync(ResponseHead head)
    {
        lock (_heads)
        {
            if (HasStarted || !_request.IsVersion11)
                return default;
            ResponseHeadWriter.WriteInformational(Output, head);
            return SendAsync();
        }
    }

    /// <summary>Puts a part of the content into the output buffer, behind the head; the response must be prepared.</summary>
    /// <param name="data">The part.</param>
    public void Write(ReadOnlySpan<byte> data)
    {
        Start(isWhole: false);
        if (data.IsEmpty || _framing == BodyFraming.None)
            return;
        if (_framing == BodyFraming.Length && (_missing -= data.Length) < 0)
            throw new InvalidOperationException("The response is longer than its Content-Length.");
        if (_framing != BodyFraming.Chunked)
        {
            Output.Write(data);
            return;
        }

        var output = new HeadWriter(Output);
        output.WriteHex(data.Length);
        output.Write("\r\n"u8);
        output.Write(data);
        output.Write("\r\n"u8);
        output.Commit();
    }

    /// <summary>Sends what is in the output buffer, and the head before it; the response must be prepared.</summary>
    /// <returns>When it is with the operating system.</returns>
    public ValueTask FlushAsync()
    {
        Start(isWhole: false);
        return SendAsync();
    }

    /// <summary>Has the connection end with it.</summary>
    public void EndConnection() => Closes = true;

    /// <summary>Breaks it off, and the connection with it. Where its framing tells that something is missing there is no reset, which would take along what the client has not read of the responses before it.</summary>
    /// <param name="reason">Why.</param>
    public void BreakOff(string reason)
    {
        IsIncomplete = HasStarted && (_framing == BodyFraming.Chunked || _missing > 0) && !connection.ConnectionClosed.IsCancellationRequested;
        if (IsIncomplete)
            _isAborted = Closes = true;
        else
            Abort(reason);
    }

    /// <summary>Resets the connection.</summary>
    /// <param name="reason">Why.</param>
    public void Abort(string reason)
    {
        _isAborted = true;
        connection.Abort(new ConnectionAbortedException(reason));
    }

    /// <inheritdoc />
    public void Dispose() => _sending.Dispose();

    private async Task StartAsync(bool isWhole)
    {
        await PrepareAsync();
        Start(isWhole);
    }

    /// <summary>Puts the head into the output buffer; the response must be prepared.</summary>
    /// <param name="isWhole">Whether no content follows.</param>
    public void Start(bool isWhole)
    {
        if (HasStarted)
            return;
        // Before the first byte, because then there still is another response.
        ResponseHeadWriter.Check(_fields);
        lock (_heads)
        {
            HasStarted = true;
            WriteHead(isWhole);
        }
    }

    private void WriteHead(bool isWhole)
    {
        var output = new HeadWriter(Output);
        ResponseHeadWriter.WriteStatusLine(ref output, StatusCode, ReasonPhrase);
        var (hasDate, hasLength, closes) = ResponseHeadWriter.WriteFields(ref output, _fields, StatusCode);
        Closes |= closes || IsLast || _body.EndsConnection;
        Frame(ref output, hasLength, isWhole);
        if (!hasDate)
            output.Write(server.Date.At(server.Time.GetUtcNow()));
        if (StatusCode != StatusCodes.Status101SwitchingProtocols && Closes)
            output.Write("Connection: close\r\n"u8);
        else if (!_request.IsVersion11 && StatusCode != StatusCodes.Status101SwitchingProtocols)
            output.Write("Connection: keep-alive\r\n"u8);
        output.Write("\r\n"u8);
        output.Commit();
    }

    private void Frame(ref HeadWriter output, bool hasLength, bool isWhole)
    {
        if (HasNoContent)
        {
            _framing = BodyFraming.None;
        }
        else if (hasLength)
        {
            _missing = Headers.ContentLength ?? 0;
            _framing = BodyFraming.Length;
        }
        else if (isWhole)
        {
            _framing = BodyFraming.None;
            output.Write("Content-Length: 0\r\n"u8);
        }
        else if (_request.IsVersion11)
        {
            _framing = BodyFraming.Chunked;
            output.Write("Transfer-Encoding: chunked\r\n"u8);
        }
        else
        {
            _framing = BodyFraming.UntilClose;
            Closes = true;
        }
    }

    private ValueTask SendAsync() => _sending.FlushAsync(this);
}
