namespace Aspire.Hosting.Pipelines;

/// <summary>A line of the summary.</summary>
/// <param name="key">What it tells.</param>
/// <param name="value">What that is.</param>
/// <param name="enableMarkdown">Whether the value is Markdown.</param>
public sealed class PipelineSummaryItem(string key, string value, bool enableMarkdown)
{
    /// <summary>What it tells.</summary>
    public string Key { get; } = key;

    /// <summary>What that is.</summary>
    public string Value { get; } = value;

    /// <summary>Whether the value is Markdown.</summary>
    public bool EnableMarkdown { get; } = enableMarkdown;
}
