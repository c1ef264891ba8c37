namespace Sidecar.Proxy.Tests.Wire;

/// <summary>What an application answers, as bytes, where a test is about something else.</summary>
internal static class Answers
{
    public const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
}
