//! The shape of the table, for the laptop and for tests. On AWS the template makes it; a test
//! compares the two.

use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType,
};

use crate::keys::Key;
use crate::places::{GROUPS, GROUPS_WAITING, LISTS, WAITING};
use crate::{Store, StoreError, due};

/// Attributes that stand in keys, with their type (`S` or `N`).
pub const KEY_ATTRIBUTES: [(&str, &str); 8] = [
    (Key::PARTITION, "S"),
    (Key::SORT, "S"),
    (LISTS.partition, "S"),
    (LISTS.sort, "S"),
    (GROUPS.partition, "S"),
    (WAITING.sort, "S"),
    (due::PARTITION, "S"),
    (due::SORT, "N"),
];

/// Indexes with their partition and sort key; all hold keys only.
pub const INDEXES: [(&str, &str, &str); 5] = [
    LISTS.named(),
    GROUPS.named(),
    WAITING.named(),
    GROUPS_WAITING.named(),
    (due::INDEX, due::PARTITION, due::SORT),
];

/// The attribute by which DynamoDB itself removes what has expired.
pub const TTL: &str = crate::arrive::TTL;

impl Store {
    /// Makes the table if there is none.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn create(&self) -> Result<(), StoreError> {
        let mut request = self
            .client
            .create_table()
            .table_name(&self.table)
            .billing_mode(BillingMode::PayPerRequest)
            .set_key_schema(Some(key_schema(Key::PARTITION, Key::SORT)?));
        for (name, kind) in KEY_ATTRIBUTES {
            let definition = AttributeDefinition::builder()
                .attribute_name(name)
                .attribute_type(ScalarAttributeType::from(kind))
                .build()
                .map_err(|error| StoreError::corrupt("the schema", error))?;
            request = request.attribute_definitions(definition);
        }
        for (name, partition, sort) in INDEXES {
            let projection =
                Projection::builder().projection_type(ProjectionType::KeysOnly).build();
            let index = GlobalSecondaryIndex::builder()
                .index_name(name)
                .set_key_schema(Some(key_schema(partition, sort)?))
                .projection(projection)
                .build()
                .map_err(|error| StoreError::corrupt("the schema", error))?;
            request = request.global_secondary_indexes(index);
        }
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) if error.code() == Some("ResourceInUseException") => Ok(()),
            Err(error) => Err(StoreError::unavailable("CreateTable", error)),
        }
    }
}

fn key_schema(partition: &str, sort: &str) -> Result<Vec<KeySchemaElement>, StoreError> {
    [(partition, KeyType::Hash), (sort, KeyType::Range)]
        .into_iter()
        .map(|(name, kind)| {
            KeySchemaElement::builder()
                .attribute_name(name)
                .key_type(kind)
                .build()
                .map_err(|error| StoreError::corrupt("the schema", error))
        })
        .collect()
}
