using System.Threading.Channels;
using Aspire.Hosting.Reporting;

namespace SidecarAspire.LocalEngine.Tests.Reporting;

/// <summary>Keeps what would be told on the console.</summary>
internal sealed class RecordingReporter : IAppHostReporter
{
    public Channel<string> Told { get; } = Channel.CreateUnbounded<string>();

    public void Line(string text) => Told.Writer.TryWrite(text);

    public void Stopping() => Told.Writer.TryWrite("stopping");

    public void Error(string message) => Told.Writer.TryWrite($"error: {message}");

    public void Resources(IReadOnlyList<ResourceRow> rows) =>
        Told.Writer.TryWrite(string.Join("; ", rows.Select(row => $"{row.Name} {row.State} {row.Addresses}".TrimEnd())));

    public void ResourceFailed(string resource, string message, IReadOnlyList<string> output) =>
        Told.Writer.TryWrite($"{resource}: {string.Join(" | ", output.Prepend(message))}");
}
