using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Sidecar.Proxy.Http1;
using Sidecar.Proxy.Server.Listening;

namespace Sidecar.Proxy.Server;

/// <summary>A client's HTTP/1.x connection: one request after the other, each through the pipeline.</summary>
internal sealed class Http1Connection : IDisposable
{
    private readonly ConnectionContext _connection;
    private readonly ClientPresence _presence;
    private readonly Http1Server _server;
    private readonly LimitOptions _limits;
    private readonly HeadLimits _headLimits;
    private readonly Deadline _deadline;
    private readonly Deadline _forwarding;
    private readonly RequestHead _head = new();
    private readonly RequestFeatures _features;
    private readonly Http1Request _request;
    private readonly Http1RequestBody _body;
    private readonly Http1Response _response;
    private readonly DefaultHttpContext _context;
    private readonly CancellationTokenRegistration _closing;
    private byte[] _bytes = [];
    private int _held;
    private Rejection? _rejection;
    private volatile bool _isClosing;
    private bool _isAwaited;
    private volatile bool _isLate;

    /// <summary>Takes over a connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="presence">Whether the client is there.</param>
    /// <param name="server">The server.</param>
    /// <param name="limits">What the client may do.</param>
    public Http1Connection(ConnectionContext connection, ClientPresence presence, Http1Server server, LimitOptions limits)
    {
        (_connection, _presence, _server, _limits) = (connection, presence, server, limits);
        _headLimits = new(limits.MaxRequestLineBytes, limits.MaxRequestHeadBytes, limits.MaxRequestHeaders, limits.Lenient);
        (_deadline, _forwarding) = (new(server.Time), new(server.Time));
        _response = new(connection, presence, server, limits);
        _body = new(connection, presence, _response, limits, server.Time);
        _request = new(connection, presence, _head, _body, _response, _forwarding);
        _features = new(connection.Features);
        _request.Install(_features);
        _response.Install(_features);
        _features.Keep();
        _context = new() { ServiceScopeFactory = server.Scopes };
        _closing = connection.Features.GetRequiredFeature<IConnectionLifetimeNotificationFeature>().ConnectionClosedRequested
            .UnsafeRegister(static http1 => ((Http1Connection)http1!).OnClosing(), this);
    }

    private PipeReader Input => _connection.Transport.Input;

    /// <summary>Serves request after request.</summary>
    /// <returns>When the connection is over.</returns>
    public async Task RunAsync()
    {
        try
        {
            // What a connection waits for most is awaited here, in one state machine for all of its requests.
            do
            {
                BeginHead();
                bool? isThere;
                do
                {
                    if (!Input.TryRead(out var read))
                    {
                        AwaitHead();
                        read = await Input.ReadAsync();
                    }

                    isThere = TakeHead(read);
                }
                while (isThere is null);
                if (isThere is false)
                    return;
                BeginRequest();
                await _server.Pipeline(_context);
            }
            while (!_request.IsTunnel && await EndRequestAsync());
        }
        catch (Exception exception) when (exception is ConnectionResetException or ConnectionAbortedException)
        {
            // Between requests a client may leave as it likes.
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _closing.Dispose();
        _deadline.Dispose();
        _forwarding.Dispose();
        _body.Dispose();
        _response.Dispose();
        Release();
    }

    private void BeginHead()
    {
        Release();
        _response.Fields.Reset([]);
        (_held, _rejection, _isAwaited, _isLate) = (0, null, false, false);
    }

    private void AwaitHead()
    {
        if (!_isAwaited && _held == 0)
            _deadline.Start(_limits.KeepAliveTimeout, static http1 => ((Http1Connection)http1).OnLate(), this);
        _isAwaited = true;
    }

    /// <summary>Reads on in a request's head, or finds out that it cannot be read.</summary>
    /// <param name="read">What has come.</param>
    /// <returns>Whether there is a request to answer; null when more has to come first.</returns>
    private bool? TakeHead(ReadResult read)
    {
        var buffer = _held == 0 ? SkipEmptyLines(read.Buffer) : read.Buffer;
        // Half of an empty line is none of a head.
        if (buffer.Length > _held && !(_held == 0 && buffer.Length == 1 && buffer.FirstSpan[0] == '\r') && Take(buffer))
        {
            _deadline.Stop();
            Input.AdvanceTo(_rejection is null ? buffer.GetPosition(_head.Length) : buffer.End);
            return true;
        }

        Input.AdvanceTo(buffer.Start, buffer.End);
        if (_isLate && _held > 0)
        {
            _rejection = new(StatusCodes.Status408RequestTimeout, "the head did not come in time");
            return true;
        }

        return read.IsCompleted || _isLate || (_isClosing && _held == 0) ? false : null;
    }

    /// <summary>Takes the bytes of a head that have come.</summary>
    /// <returns>Whether the head is whole, or wrong.</returns>
    private bool Take(ReadOnlySequence<byte> buffer)
    {
        if (_held == 0)
        {
            _bytes = ArrayPool<byte>.Shared.Rent(4096);
            _head.Begin(_bytes);
        }

        var isFirst = _held == 0;
        foreach (var segment in buffer.Slice(_held))
        {
            Hold(segment.Span);
            _rejection = _head.Read(_bytes.AsSpan(0, _held), _headLimits, out var isWhole);
            if (isWhole || _rejection is not null)
                return true;
        }

        if (isFirst)
            _deadline.Start(_limits.HeaderTimeout, static http1 => ((Http1Connection)http1).OnLate(), this);
        return false;
    }

    private void Hold(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length < _held + bytes.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, _held + bytes.Length));
            _bytes.AsSpan(0, _held).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
            _head.Fields.Move(larger);
        }

        bytes.CopyTo(_bytes.AsSpan(_held));
        _held += bytes.Length;
    }

    // RFC 9112, section 2.2: old clients end a body with one too many.
    private static ReadOnlySequence<byte> SkipEmptyLines(ReadOnlySequence<byte> buffer)
    {
        Span<byte> line = stackalloc byte[2];
        while (buffer.Length >= 2)
        {
            buffer.Slice(0, 2).CopyTo(line);
            if (!line.SequenceEqual("\r\n"u8))
                break;
            buffer = buffer.Slice(2);
        }

        return buffer;
    }

    private void BeginRequest()
    {
        _features.Reset();
        _body.Begin(_head, _rejection is null);
        _rejection ??= _body.Inspect();
        _response.Begin(_head, _body, closes: _rejection is not null || _isClosing);
        _request.Begin(_rejection);
        _context.Initialize(_features);
    }

    /// <summary>Ends the response, and the connection if it has to.</summary>
    /// <returns>Whether there may be another request.</returns>
    [AsyncMethodBuilder(typeof(PooledTask<>))]
    private async ValueTask<bool> EndRequestAsync()
    {
        await EndAsync();
        await _response.NotifyAsync();
        _context.Uninitialize();
        if (_response.IsIncomplete)
            await _response.FlushAsync();
        else if (_response.IsAborted)
            return false;
        else if (!_response.Closes && await _body.SkipAsync() && !_isClosing)
            return true;
        if (_rejection is not null || _response.IsIncomplete || !_body.IsOver || await HasMoreAsync())
            await new LingeringClose(_connection, _server.Time).RunAsync();
        return false;
    }

    private async ValueTask EndAsync()
    {
        try
        {
            // Whoever has seen that the client is gone has answered nothing; that must not pass for an empty response.
            if (!_response.HasStarted && _connection.ConnectionClosed.IsCancellationRequested)
                _response.Abort("The client is gone.");
            if (!_response.IsAborted)
                await _response.EndAsync();
        }
        catch (InvalidOperationException exception)
        {
            // A head that cannot be written; there is nobody left to say so properly.
            _response.Abort(exception.Message);
        }
    }

    private async ValueTask<bool> HasMoreAsync()
    {
        // What has come, without waiting for more.
        Input.CancelPendingRead();
        var read = await Input.ReadAsync();
        Input.AdvanceTo(read.Buffer.Start);
        return !read.Buffer.IsEmpty;
    }

    private void Release()
    {
        if (_bytes.Length == 0)
            return;
        _head.Begin([]);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    private void OnClosing()
    {
        _isClosing = true;
        _response.IsLast = true;
        Input.CancelPendingRead();
    }

    private void OnLate()
    {
        _isLate = true;
        Input.CancelPendingRead();
    }
}
