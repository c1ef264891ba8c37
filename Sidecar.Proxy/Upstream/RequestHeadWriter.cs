using Microsoft.Net.Http.Headers;
using Sidecar.Proxy.Server;

namespace Sidecar.Proxy.Upstream;

/// <summary>Writes a request's head as the application receives it.</summary>
internal static class RequestHeadWriter
{
    /// <summary>Writes request line and headers.</summary>
    /// <param name="connection">Where to.</param>
    /// <param name="context">The request.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="options">The configuration.</param>
    /// <param name="upload">The body, or null.</param>
    /// <param name="upgrade">What the connection is to become, or null.</param>
    public static void Write(UpstreamConnection connection, HttpContext context, AttemptRecord attempt, SidecarOptions options, RequestUpload? upload, Upgrade? upgrade)
    {
        var record = attempt.Request;
        connection.Write(upgrade?.Method ?? record.Method);
        connection.Write(" "u8);
        if (record.Path != "*")
            connection.Write(attempt.Target.PathBase);
        connection.Write(record.Edits?.Path ?? record.Path);
        connection.Write(record.Query);
        connection.Write(" HTTP/1.1\r\n"u8);
        WriteField(connection, HeaderNames.Host, record.Edits?.Host is { } host ? host : options.Headers.PreserveHost && record.Host.Length > 0 ? record.Host : attempt.Target.Authority);
        if (context.Features.Get<Http1Request>() is { Head.Fields: var fields })
            OutgoingHeaders.Write(context, fields, attempt, options, connection);
        else
            OutgoingHeaders.Collect(context, attempt, options.Headers, options.Tracing, connection, WriteField);
        upgrade?.WriteFields(connection);
        if (upload is { ExpectsContinue: true })
            WriteField(connection, HeaderNames.Expect, "100-continue");
        if (context.Request.ContentLength is { } length)
            WriteField(connection, HeaderNames.ContentLength, length.ToString(CultureInfo.InvariantCulture));
        else if (upload is not null)
            WriteField(connection, HeaderNames.TransferEncoding, "chunked");
        connection.Write("\r\n"u8);
    }

    /// <summary>Writes one header or trailer.</summary>
    /// <param name="connection">Where to.</param>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    public static void WriteField(UpstreamConnection connection, string name, string value)
    {
        connection.Write(name);
        connection.Write(": "u8);
        connection.Write(value);
        connection.Write("\r\n"u8);
    }
}
