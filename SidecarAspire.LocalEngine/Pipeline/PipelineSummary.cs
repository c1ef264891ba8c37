using System.Collections.ObjectModel;

namespace Aspire.Hosting.Pipelines;

/// <summary>What is told once the pipeline has succeeded.</summary>
public sealed class PipelineSummary
{
    private readonly List<PipelineSummaryItem> _items = [];

    /// <summary>The lines, in the order in which they were added.</summary>
    public ReadOnlyCollection<PipelineSummaryItem> Items => _items.AsReadOnly();

    /// <summary>Adds a line.</summary>
    public void Add(string key, string value) => _items.Add(new PipelineSummaryItem(key, value, enableMarkdown: false));
}
