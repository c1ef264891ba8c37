namespace Aspire.Hosting.Eventing;

/// <summary>Something that happens once in the life of the app host.</summary>
public interface IDistributedApplicationEvent;
