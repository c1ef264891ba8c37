using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Sidecar.Proxy.Forwarding;
using Sidecar.Proxy.Forwarding.Http1;

namespace Sidecar.Proxy.Direct;

/// <summary>The head of an answer that goes the direct way: its lines reach the client as the application wrote them, without those of its own hop.</summary>
internal sealed class DirectAnswer
{
    private PassingLines _lines;
    private bool _isSpecial;
    private bool _hasDate;
    private bool _hasRequestId;

    /// <summary>Reads a head, as strictly as <see cref="ResponseParser"/>.</summary>
    /// <param name="input">What has arrived.</param>
    /// <param name="head">What frames the body and the connection.</param>
    /// <param name="consumed">How long the head is.</param>
    /// <param name="error">What is wrong, or null.</param>
    /// <returns>Whether a whole and correct head was there; if neither that nor an error, more is needed.</returns>
    public bool TryRead(ReadOnlySpan<byte> input, ResponseHead head, out int consumed, out string? error)
    {
        if (!ResponseParser.TryParseStatusLine(input, head, out var start, out consumed, out error))
            return false;
        (_isSpecial, _hasDate, _hasRequestId) = (false, false, false);
        _lines.Clear();
        var fields = new FieldReader(input[start..(consumed - 2)]);
        for (var position = start; fields.Next();)
        {
            var next = start + fields.Position;
            var passes = Passes(fields.Name, fields.Value, head, out error);
            if (error is not null)
                return false;
            _isSpecial |= passes && !_lines.TryAdd(position, next);
            position = next;
        }

        error = fields.Error ?? ResponseParser.CheckFraming(head);
        if (error is not null)
            return false;
        // Lines that Connection names, or more of them than blocks: taken apart after all.
        return !_isSpecial || ResponseParser.TryParse(input, head, out consumed, out error);
    }

    /// <summary>Writes the head as the client gets it.</summary>
    /// <param name="output">The client.</param>
    /// <param name="input">What <see cref="TryRead"/> read.</param>
    /// <param name="head">What it found.</param>
    /// <param name="framing">How the body ends.</param>
    /// <param name="date">The Date header's line, for an application that writes none (RFC 9110, section 6.6.1).</param>
    /// <param name="requestId">The request's name, or null.</param>
    /// <param name="closes">Whether the connection ends with this answer.</param>
    public void Write(PipeWriter output, ReadOnlySpan<byte> input, ResponseHead head, BodyFraming framing, ReadOnlySpan<byte> date, string? requestId, bool closes)
    {
        WriteStatusLine(output, head);
        if (_isSpecial)
        {
            WriteFields(output, head);
        }
        else
        {
            for (var i = 0; i < _lines.Count; i++)
                output.Write(input[_lines[i]]);
        }

        WriteFraming(output, head, framing);
        if (!_hasDate)
            output.Write(date);
        if (requestId is not null && !_hasRequestId)
            Write(output, "X-Request-Id", requestId);
        if (closes)
            output.Write("Connection: close\r\n"u8);
        output.Write("\r\n"u8);
    }

    private static void WriteStatusLine(PipeWriter output, ResponseHead head)
    {
        if (head.StatusCode == StatusCodes.Status200OK && head.Reason.Length == 0)
        {
            output.Write("HTTP/1.1 200 OK\r\n"u8);
            return;
        }

        var reason = head.Reason.Length > 0 ? head.Reason : ReasonPhrases.GetReasonPhrase(head.StatusCode);
        Encoding.Latin1.GetBytes($"HTTP/1.1 {head.StatusCode} {reason}\r\n", output);
    }

    private static void WriteFraming(PipeWriter output, ResponseHead head, BodyFraming framing)
    {
        if (head.StatusCode == StatusCodes.Status205ResetContent)
            output.Write("Content-Length: 0\r\n"u8);
        else if (framing is BodyFraming.Chunked or BodyFraming.UntilClose)
            output.Write("Transfer-Encoding: chunked\r\n"u8);
    }

    private static void WriteFields(PipeWriter output, ResponseHead head)
    {
        foreach (var (name, value) in head.Fields)
        {
            if (OutgoingHeaders.StaysBehind(name) || head.HasConnectionOption(name))
                continue;
            if (!MayHaveLength(head) && name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
                continue;
            Write(output, name, value);
        }
    }

    private static bool MayHaveLength(ResponseHead head) => head.StatusCode is not (StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent);

    private static void Write(PipeWriter output, string name, string value)
    {
        Encoding.Latin1.GetBytes(name, output);
        output.Write(": "u8);
        Encoding.Latin1.GetBytes(value, output);
        output.Write("\r\n"u8);
    }

    /// <summary>Takes note of a field; whether it goes on as it is.</summary>
    private bool Passes(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ResponseHead head, out string? error)
    {
        error = null;
        switch (name.Length)
        {
            case 4 when Is(name, "date"u8):
                return _hasDate = true;
            case 12 when Is(name, "x-request-id"u8):
                return _hasRequestId = true;
            case 14 when Is(name, "content-length"u8):
                if (head.ContentLength >= 0 || !HttpGrammar.TryParseLength(value, out var length))
                    error = "Content-Length is not one number";
                else
                    head.ContentLength = length;
                return MayHaveLength(head);
            case 17 when Is(name, "transfer-encoding"u8):
                if (head.IsChunked || !Is(value, "chunked"u8))
                    error = "Transfer-Encoding is not chunked";
                head.IsChunked = true;
                return false;
            case 10 when Is(name, "connection"u8):
                head.ClosesConnection |= Is(value, "close"u8);
                head.KeepsConnection |= Is(value, "keep-alive"u8);
                _isSpecial |= !Is(value, "close"u8) && !Is(value, "keep-alive"u8);
                return false;
            case 10 when Is(name, "keep-alive"u8):
                if (value.Length > 8 && Is(value[..8], "timeout="u8))
                    head.KeepAliveTimeout = ResponseParser.KeepAliveTimeout(value);
                return false;
            case 7 when Is(name, "upgrade"u8):
            case 16 when Is(name, "proxy-connection"u8):
            case 18 when Is(name, "proxy-authenticate"u8):
            case 25 when Is(name, "proxy-authentication-info"u8):
                return false;
            default:
                return true;
        }
    }

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lowercase) => HttpGrammar.EqualsIgnoreCase(text, lowercase);
}
