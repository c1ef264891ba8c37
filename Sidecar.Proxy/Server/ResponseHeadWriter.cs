using Microsoft.AspNetCore.WebUtilities;
using Sidecar.Proxy.Http1;

namespace Sidecar.Proxy.Server;

/// <summary>Writes the parts of a response that are lines: status line, fields, informational heads and trailers.</summary>
internal static class ResponseHeadWriter
{
    /// <summary>Makes sure that the fields are what they look like.</summary>
    /// <param name="fields">The response's fields; those that came with a response of the application's have been read already.</param>
    /// <exception cref="InvalidOperationException">One would be something else on the wire.</exception>
    public static void Check(FieldTable fields)
    {
        for (var i = 0; i < fields.Count; i++)
        {
            if (fields.IsUntouched(i))
                continue;
            foreach (var value in fields.Value(i))
                HeadWriter.Check(fields.Name(i), value ?? "");
        }
    }

    /// <summary>Writes the status line.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="statusCode">The status code.</param>
    /// <param name="reason">The reason phrase, or null for the usual one.</param>
    public static void WriteStatusLine(ref HeadWriter output, int statusCode, string? reason)
    {
        output.Write("HTTP/1.1 "u8);
        output.Write(statusCode);
        output.Write(" "u8);
        output.Write(reason ?? ReasonPhrases.GetReasonPhrase(statusCode));
        output.Write("\r\n"u8);
    }

    /// <summary>Writes the fields, but for those that frame the response or name what stays on this hop.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="fields">The fields.</param>
    /// <param name="statusCode">The status code: two of them need <c>Connection</c>.</param>
    /// <returns>Whether there was a Date, whether a Content-Length, and whether <c>Connection: close</c>.</returns>
    public static (bool HasDate, bool HasLength, bool Closes) WriteFields(ref HeadWriter output, FieldTable fields, int statusCode)
    {
        var (hasDate, hasLength, closes) = (false, false, false);
        // Neighbours that nobody has touched are one block.
        var (start, end) = (0, 0);
        for (var i = 0; i < fields.Count; i++)
        {
            var role = fields.Role(i);
            hasDate |= role == HeaderRole.Date;
            if (role is HeaderRole.Connection && statusCode != StatusCodes.Status101SwitchingProtocols && statusCode != StatusCodes.Status426UpgradeRequired)
            {
                closes |= fields.Value(i).ToString().Equals("close", StringComparison.OrdinalIgnoreCase);
                continue;
            }

            if (role == HeaderRole.TransferEncoding)
                continue;
            hasLength |= role == HeaderRole.ContentLength;
            if (fields.IsUntouched(i) && fields.Line(i) is var line && line.Start == end)
            {
                end = line.End;
                continue;
            }

            output.Write(fields.Bytes(start, end));
            (start, end) = (0, 0);
            if (fields.IsUntouched(i))
                (start, end) = fields.Line(i);
            else
                WriteField(ref output, fields, i);
        }

        output.Write(fields.Bytes(start, end));
        return (hasDate, hasLength, closes);
    }

    /// <summary>Writes the head of an informational response.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="head">The head, as the application sent it.</param>
    public static void WriteInformational(IBufferWriter<byte> buffer, ResponseHead head)
    {
        var output = new HeadWriter(buffer);
        WriteStatusLine(ref output, head.StatusCode, head.Reason);
        for (var i = 0; i < head.Fields.Count; i++)
        {
            if (head.Fields.Role(i) is var role && role.PassesInResponse() && role != HeaderRole.ContentLength && !head.IsConnectionOption(i))
                output.WriteField(head.Fields.Name(i), head.Fields.Value(i).ToString());
        }

        output.Write("\r\n"u8);
        output.Commit();
    }

    /// <summary>Writes the last chunk, and the trailers behind it.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="trailers">The trailers, or null.</param>
    public static void WriteLastChunk(IBufferWriter<byte> buffer, IHeaderDictionary? trailers)
    {
        var output = new HeadWriter(buffer);
        output.Write("0\r\n"u8);
        if (trailers is not null)
        {
            foreach (var (name, values) in trailers)
            {
                if (!HeaderRoles.Of(name).PassesInTrailers())
                    continue;
                foreach (var value in values)
                    output.WriteField(name, value ?? "");
            }
        }

        output.Write("\r\n"u8);
        output.Commit();
    }

    private static void WriteField(ref HeadWriter output, FieldTable fields, int index)
    {
        var name = fields.Name(index);
        foreach (var value in fields.Value(index))
            output.WriteField(name, value ?? "");
    }
}
